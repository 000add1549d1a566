package io.millrace.transport.ingress;

import static io.millrace.transport.protocol.MessageBounds.BROKEN;
import static io.millrace.transport.protocol.MessageBounds.afterBlock;
import static io.millrace.transport.protocol.MessageBounds.afterText;
import static io.millrace.transport.protocol.MessageResult.DONE;
import static io.millrace.transport.protocol.MessageResult.IGNORED;

import io.millrace.transport.codec.ListJobsDecoder;
import io.millrace.transport.codec.MessageHeaderDecoder;
import io.millrace.transport.codec.RegisterJobDecoder;
import io.millrace.transport.codec.ReportJobDecoder;
import io.millrace.transport.codec.StopJobDecoder;
import io.millrace.transport.protocol.JobCommands;
import io.millrace.transport.protocol.JobRegistration;
import io.millrace.transport.protocol.JobReport;
import io.millrace.transport.protocol.JobState;
import io.millrace.transport.protocol.MessageResult;
import org.agrona.DirectBuffer;

/** Turns commands with a template id from 50 to 59 into calls on {@link JobCommands}. One thread. */
final class JobCommandAdapter {
    private final JobCommands handler;
    private final RegisterJobDecoder register = new RegisterJobDecoder();
    private final ReportJobDecoder report = new ReportJobDecoder();
    private final ListJobsDecoder list = new ListJobsDecoder();
    private final StopJobDecoder stop = new StopJobDecoder();

    JobCommandAdapter(final JobCommands handler) {
        this.handler = handler;
    }

    /** Carries out a command whose token and checksum were right; no other length in it has been looked at. */
    MessageResult onCommand(
            final int clientId,
            final MessageHeaderDecoder header,
            final DirectBuffer buffer,
            final int block,
            final int end) {
        return switch (header.templateId()) {
            case RegisterJobDecoder.TEMPLATE_ID -> onRegister(clientId, header, buffer, block, end);
            case ReportJobDecoder.TEMPLATE_ID -> onReport(clientId, header, buffer, block, end);
            case ListJobsDecoder.TEMPLATE_ID -> onList(clientId, header, buffer, block, end);
            case StopJobDecoder.TEMPLATE_ID -> onStop(clientId, header, buffer, block, end);
            default -> IGNORED;
        };
    }

    private MessageResult onRegister(
            final int clientId,
            final MessageHeaderDecoder header,
            final DirectBuffer buffer,
            final int block,
            final int end) {
        final int texts = afterBlock(block, header.blockLength(), RegisterJobDecoder.BLOCK_LENGTH, end);
        if (afterText(buffer, afterText(buffer, afterText(buffer, texts, end), end), end) == BROKEN) {
            return IGNORED;
        }
        register.wrap(buffer, block, header.blockLength(), header.version());
        return MessageResult.of(handler.onRegisterJob(
                clientId,
                new JobRegistration(
                        register.correlationId(),
                        register.jobKey(),
                        register.leaseNs(),
                        register.startedMs(),
                        register.pid(),
                        register.name(),
                        register.host(),
                        register.topology())));
    }

    private MessageResult onReport(
            final int clientId,
            final MessageHeaderDecoder header,
            final DirectBuffer buffer,
            final int block,
            final int end) {
        final int problem = afterBlock(block, header.blockLength(), ReportJobDecoder.BLOCK_LENGTH, end);
        if (afterText(buffer, problem, end) == BROKEN) {
            return IGNORED;
        }
        report.wrap(buffer, block, header.blockLength(), header.version());
        final JobState state = JobState.of(report.state());
        if (state == null || state == JobState.LOST) {
            return IGNORED;
        }
        handler.onReportJob(
                clientId,
                report.jobKey(),
                new JobReport(state, report.recordsIn(), report.recordsOut(), report.lagBytes(), report.problem()));
        return DONE;
    }

    private MessageResult onList(
            final int clientId,
            final MessageHeaderDecoder header,
            final DirectBuffer buffer,
            final int block,
            final int end) {
        final int after = afterBlock(block, header.blockLength(), ListJobsDecoder.BLOCK_LENGTH, end);
        if (afterText(buffer, after, end) == BROKEN) {
            return IGNORED;
        }
        list.wrap(buffer, block, header.blockLength(), header.version());
        return MessageResult.of(handler.onListJobs(clientId, list.correlationId(), list.after()));
    }

    private MessageResult onStop(
            final int clientId,
            final MessageHeaderDecoder header,
            final DirectBuffer buffer,
            final int block,
            final int end) {
        final int name = afterBlock(block, header.blockLength(), StopJobDecoder.BLOCK_LENGTH, end);
        if (afterText(buffer, name, end) == BROKEN) {
            return IGNORED;
        }
        stop.wrap(buffer, block, header.blockLength(), header.version());
        return MessageResult.of(handler.onStopJob(clientId, stop.correlationId(), stop.name()));
    }
}
