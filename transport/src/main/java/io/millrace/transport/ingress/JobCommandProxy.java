package io.millrace.transport.ingress;

import static io.millrace.transport.protocol.ProtocolDescriptor.HEADER_LENGTH;

import io.millrace.log.record.Outcome;
import io.millrace.transport.codec.ListJobsEncoder;
import io.millrace.transport.codec.MessageHeaderEncoder;
import io.millrace.transport.codec.RegisterJobEncoder;
import io.millrace.transport.codec.ReportJobEncoder;
import io.millrace.transport.codec.StopJobEncoder;
import io.millrace.transport.protocol.JobRegistration;
import io.millrace.transport.protocol.JobReport;
import org.agrona.ExpandableDirectByteBuffer;

/**
 * Turns a client's calls into commands about jobs and sends them by an {@link IngressProxy}. Each call answers with a positive number
 * when the command is on its way, or with one of {@link Outcome}. One thread.
 */
public final class JobCommandProxy {
    private final IngressProxy ingress;
    private final ExpandableDirectByteBuffer buffer = new ExpandableDirectByteBuffer(1024);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final RegisterJobEncoder register = new RegisterJobEncoder();
    private final ReportJobEncoder report = new ReportJobEncoder();
    private final ListJobsEncoder list = new ListJobsEncoder();
    private final StopJobEncoder stop = new StopJobEncoder();

    /**
     * Creates a proxy.
     *
     * @param ingress that sends what is encoded here
     */
    public JobCommandProxy(final IngressProxy ingress) {
        this.ingress = ingress;
    }

    /**
     * Puts a job into the node's list.
     *
     * @param job that runs in this process
     * @return positive, or one of {@link Outcome}
     */
    public long register(final JobRegistration job) {
        register.wrapAndApplyHeader(buffer, 0, header)
                .correlationId(job.correlationId())
                .jobKey(job.jobKey())
                .leaseNs(job.leaseNs())
                .startedMs(job.startedMs())
                .pid(job.pid())
                .name(job.name())
                .host(job.host())
                .topology(job.topology());
        return send(register.encodedLength());
    }

    /**
     * Says what a job has done.
     *
     * @param jobKey of the job's process
     * @param done   what it has done
     * @return positive, or one of {@link Outcome}
     */
    public long report(final long jobKey, final JobReport done) {
        report.wrapAndApplyHeader(buffer, 0, header)
                .jobKey(jobKey)
                .recordsIn(done.recordsIn())
                .recordsOut(done.recordsOut())
                .lagBytes(done.lagBytes())
                .state((short) done.state().ordinal())
                .problem(done.problem());
        return send(report.encodedLength());
    }

    /**
     * Asks what jobs there are.
     *
     * @param correlationId chosen by the client
     * @param after         only names behind this one; empty for all
     * @return positive, or one of {@link Outcome}
     */
    public long list(final long correlationId, final String after) {
        list.wrapAndApplyHeader(buffer, 0, header).correlationId(correlationId).after(after);
        return send(list.encodedLength());
    }

    /**
     * Has a job stop.
     *
     * @param correlationId chosen by the client
     * @param name          of the job
     * @return positive, or one of {@link Outcome}
     */
    public long stop(final long correlationId, final String name) {
        stop.wrapAndApplyHeader(buffer, 0, header).correlationId(correlationId).name(name);
        return send(stop.encodedLength());
    }

    private long send(final int encodedLength) {
        return ingress.send(buffer, HEADER_LENGTH + encodedLength);
    }
}
