package io.millrace.transport.egress;

import static io.millrace.transport.protocol.MessageBounds.BROKEN;
import static io.millrace.transport.protocol.MessageBounds.afterBlock;
import static io.millrace.transport.protocol.MessageBounds.afterText;
import static io.millrace.transport.protocol.MessageResult.DONE;
import static io.millrace.transport.protocol.MessageResult.IGNORED;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.millrace.transport.codec.GroupSizeEncodingDecoder;
import io.millrace.transport.codec.JobListDecoder;
import io.millrace.transport.codec.JobRegisteredDecoder;
import io.millrace.transport.codec.JobReplacedDecoder;
import io.millrace.transport.codec.JobStoppingDecoder;
import io.millrace.transport.codec.MessageHeaderDecoder;
import io.millrace.transport.codec.StopRequestedDecoder;
import io.millrace.transport.protocol.JobEvents;
import io.millrace.transport.protocol.JobReport;
import io.millrace.transport.protocol.JobState;
import io.millrace.transport.protocol.JobSummary;
import io.millrace.transport.protocol.MessageResult;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

/** Turns events with a template id from 150 to 159 into calls on {@link JobEvents}. One thread. */
final class JobEventAdapter {
    private static final int TEXTS_OF_A_JOB = 4;

    private final JobEvents handler;
    private final JobRegisteredDecoder registered = new JobRegisteredDecoder();
    private final StopRequestedDecoder stopRequested = new StopRequestedDecoder();
    private final JobListDecoder jobs = new JobListDecoder();
    private final JobStoppingDecoder stopping = new JobStoppingDecoder();
    private final JobReplacedDecoder replaced = new JobReplacedDecoder();

    JobEventAdapter(final JobEvents handler) {
        this.handler = handler;
    }

    /** Reports an event whose checksum was right; no other length in it has been looked at. */
    MessageResult onEvent(
            final MessageHeaderDecoder header, final DirectBuffer buffer, final int block, final int end) {
        return switch (header.templateId()) {
            case JobRegisteredDecoder.TEMPLATE_ID -> onRegistered(header, buffer, block, end);
            case StopRequestedDecoder.TEMPLATE_ID -> onStopRequested(header, buffer, block, end);
            case JobListDecoder.TEMPLATE_ID -> onJobs(header, buffer, block, end);
            case JobStoppingDecoder.TEMPLATE_ID -> onStopping(header, buffer, block, end);
            case JobReplacedDecoder.TEMPLATE_ID -> onReplaced(header, buffer, block, end);
            default -> IGNORED;
        };
    }

    private MessageResult onRegistered(
            final MessageHeaderDecoder header, final DirectBuffer buffer, final int block, final int end) {
        if (afterBlock(block, header.blockLength(), JobRegisteredDecoder.BLOCK_LENGTH, end) == BROKEN) {
            return IGNORED;
        }
        registered.wrap(buffer, block, header.blockLength(), header.version());
        handler.onJobRegistered(registered.correlationId());
        return DONE;
    }

    private MessageResult onStopRequested(
            final MessageHeaderDecoder header, final DirectBuffer buffer, final int block, final int end) {
        if (afterBlock(block, header.blockLength(), StopRequestedDecoder.BLOCK_LENGTH, end) == BROKEN) {
            return IGNORED;
        }
        stopRequested.wrap(buffer, block, header.blockLength(), header.version());
        handler.onStopRequested(stopRequested.jobKey());
        return DONE;
    }

    private MessageResult onJobs(
            final MessageHeaderDecoder header, final DirectBuffer buffer, final int block, final int end) {
        final int group = afterBlock(block, header.blockLength(), JobListDecoder.BLOCK_LENGTH, end);
        if (afterJobs(buffer, group, end) == BROKEN) {
            return IGNORED;
        }
        jobs.wrap(buffer, block, header.blockLength(), header.version());
        final List<JobSummary> page = new ArrayList<>();
        for (final JobListDecoder.JobsDecoder entry : jobs.jobs()) {
            final JobState state = JobState.of(entry.state());
            final String name = entry.name();
            final String host = entry.host();
            final String topology = entry.topology();
            final JobReport report = new JobReport(
                    // A newer node may know of more states than this end does.
                    state == null ? JobState.RUNNING : state,
                    entry.recordsIn(),
                    entry.recordsOut(),
                    entry.lagBytes(),
                    entry.problem());
            page.add(new JobSummary(
                    name, entry.jobKey(), host, entry.pid(), entry.startedMs(), entry.restarts(), topology, report));
        }
        handler.onJobs(jobs.correlationId(), page, jobs.hasMore() == 1);
        return DONE;
    }

    /** Walks over the group of jobs, whose entries have some texts each. */
    private static int afterJobs(final DirectBuffer buffer, final int group, final int end) {
        if (group == BROKEN || end - group < GroupSizeEncodingDecoder.ENCODED_LENGTH) {
            return BROKEN;
        }
        final int blockLength = buffer.getShort(group, LITTLE_ENDIAN) & 0xFFFF;
        final int count = buffer.getShort(group + Short.BYTES, LITTLE_ENDIAN) & 0xFFFF;
        int index = group + GroupSizeEncodingDecoder.ENCODED_LENGTH;
        for (int i = 0; i < count && index != BROKEN; i++) {
            index = afterBlock(index, blockLength, JobListDecoder.JobsDecoder.sbeBlockLength(), end);
            for (int text = 0; text < TEXTS_OF_A_JOB; text++) {
                index = afterText(buffer, index, end);
            }
        }
        return index;
    }

    private MessageResult onStopping(
            final MessageHeaderDecoder header, final DirectBuffer buffer, final int block, final int end) {
        if (afterBlock(block, header.blockLength(), JobStoppingDecoder.BLOCK_LENGTH, end) == BROKEN) {
            return IGNORED;
        }
        stopping.wrap(buffer, block, header.blockLength(), header.version());
        handler.onJobStopping(stopping.correlationId(), stopping.jobKey());
        return DONE;
    }

    private MessageResult onReplaced(
            final MessageHeaderDecoder header, final DirectBuffer buffer, final int block, final int end) {
        if (afterBlock(block, header.blockLength(), JobReplacedDecoder.BLOCK_LENGTH, end) == BROKEN) {
            return IGNORED;
        }
        replaced.wrap(buffer, block, header.blockLength(), header.version());
        handler.onJobReplaced(replaced.jobKey());
        return DONE;
    }
}
