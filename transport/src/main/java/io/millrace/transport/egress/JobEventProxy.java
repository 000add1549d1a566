package io.millrace.transport.egress;

import static io.millrace.transport.protocol.ProtocolDescriptor.HEADER_LENGTH;

import io.millrace.log.record.Outcome;
import io.millrace.transport.codec.JobListEncoder;
import io.millrace.transport.codec.JobRegisteredEncoder;
import io.millrace.transport.codec.JobReplacedEncoder;
import io.millrace.transport.codec.JobStoppingEncoder;
import io.millrace.transport.codec.MessageHeaderEncoder;
import io.millrace.transport.codec.StopRequestedEncoder;
import io.millrace.transport.protocol.JobSummary;
import java.util.List;
import org.agrona.ExpandableArrayBuffer;

/** Turns what a node says about jobs into events. Every call answers as {@link EgressProxy} does. One thread. */
public final class JobEventProxy {
    /** Most jobs of a page: their texts are up to 4 KiB long together, and a message 128 KiB. */
    public static final int MAX_JOBS = 30;

    private final ExpandableArrayBuffer scratch = new ExpandableArrayBuffer();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final JobRegisteredEncoder registered = new JobRegisteredEncoder();
    private final StopRequestedEncoder stopRequested = new StopRequestedEncoder();
    private final JobListEncoder jobs = new JobListEncoder();
    private final JobStoppingEncoder stopping = new JobStoppingEncoder();
    private final JobReplacedEncoder replaced = new JobReplacedEncoder();

    /** Creates a proxy, for any number of clients. */
    public JobEventProxy() {}

    /**
     * Tells that a job is in the list.
     *
     * @param egress        to the client
     * @param correlationId of its command
     * @return positive, or one of {@link Outcome}
     */
    public long registered(final EgressProxy egress, final long correlationId) {
        registered.wrapAndApplyHeader(scratch, 0, header).correlationId(correlationId);
        return egress.send(scratch, HEADER_LENGTH + registered.encodedLength());
    }

    /**
     * Tells a job to stop.
     *
     * @param egress to the client
     * @param jobKey of the job's process
     * @return positive, or one of {@link Outcome}
     */
    public long stopRequested(final EgressProxy egress, final long jobKey) {
        stopRequested.wrapAndApplyHeader(scratch, 0, header).jobKey(jobKey);
        return egress.send(scratch, HEADER_LENGTH + stopRequested.encodedLength());
    }

    /**
     * Tells what jobs there are.
     *
     * @param egress        to the client
     * @param correlationId of its command
     * @param page          of at most {@link #MAX_JOBS} jobs
     * @param hasMore       whether there are more behind the last one
     * @return positive, or one of {@link Outcome}
     */
    public long jobs(
            final EgressProxy egress, final long correlationId, final List<JobSummary> page, final boolean hasMore) {
        jobs.wrapAndApplyHeader(scratch, 0, header).correlationId(correlationId).hasMore((short) (hasMore ? 1 : 0));
        final JobListEncoder.JobsEncoder group = jobs.jobsCount(page.size());
        for (final JobSummary job : page) {
            group.next()
                    .jobKey(job.jobKey())
                    .startedMs(job.startedMs())
                    .pid(job.pid())
                    .recordsIn(job.report().recordsIn())
                    .recordsOut(job.report().recordsOut())
                    .lagBytes(job.report().lagBytes())
                    .restarts(job.restarts())
                    .state((short) job.report().state().ordinal())
                    .name(job.name())
                    .host(job.host())
                    .topology(job.topology())
                    .problem(job.report().problem());
        }
        return egress.send(scratch, HEADER_LENGTH + jobs.encodedLength());
    }

    /**
     * Tells that a job has been told to stop.
     *
     * @param egress        to the client
     * @param correlationId of its command
     * @param jobKey        of the job's process
     * @return positive, or one of {@link Outcome}
     */
    public long stopping(final EgressProxy egress, final long correlationId, final long jobKey) {
        stopping.wrapAndApplyHeader(scratch, 0, header)
                .correlationId(correlationId)
                .jobKey(jobKey);
        return egress.send(scratch, HEADER_LENGTH + stopping.encodedLength());
    }

    /**
     * Tells a job that another process has taken its name.
     *
     * @param egress to the client
     * @param jobKey of the job that must end
     * @return positive, or one of {@link Outcome}
     */
    public long replaced(final EgressProxy egress, final long jobKey) {
        replaced.wrapAndApplyHeader(scratch, 0, header).jobKey(jobKey);
        return egress.send(scratch, HEADER_LENGTH + replaced.encodedLength());
    }
}
