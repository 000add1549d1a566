package io.millrace.transport;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.transport.ingress.JobCommandProxy;
import io.millrace.transport.protocol.JobRegistration;
import io.millrace.transport.protocol.JobReport;
import io.millrace.transport.protocol.JobState;
import java.util.concurrent.TimeUnit;

/**
 * A job's entry in its node's list, from the job's own process: it keeps the name for the job, says what the job has done, and hears
 * when it is to stop. One thread.
 *
 * <p>{@link #poll} wants to be called several times within each lease. A session that is lost is opened again, also when the node was
 * started anew; when another process has taken the name meanwhile, the contact ends with FENCED or IN_USE, and so must the job.
 */
public final class JobContact extends MemberClient {
    private static final long REPORT_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int REPORTS_PER_LEASE = 5;
    private static final int FRAGMENT_LIMIT = 10;
    private static final int LEAVE_ATTEMPTS = 1_000;

    private final JobContactContext context;
    private final long reportIntervalNs;
    private final long startedMs = System.currentTimeMillis();
    private Events events;
    private JobCommandProxy commands;
    private JobReport last = JobReport.NOTHING_YET;
    private long nextReportNs = System.nanoTime();
    private boolean isStopRequested;

    private JobContact(final JobContactContext context) {
        super(context.settings(), context.leaseNs());
        this.context = context;
        this.reportIntervalNs = Math.min(REPORT_INTERVAL_NS, context.leaseNs() / REPORTS_PER_LEASE);
    }

    /**
     * Connects to a node and takes the job's name; waits for the node as long as the context allows.
     *
     * @param context with the settings
     * @return the contact
     * @throws MillraceException when the settings are wrong, no node answers, or it refuses: IN_USE when a job of that name runs,
     *     ACCESS_DENIED
     */
    public static JobContact connect(final JobContactContext context) {
        final JobContact contact = new JobContact(context.conclude());
        contact.connect();
        return contact;
    }

    /**
     * Hears the node, and tells it now and then how the job is. While the node cannot be reached it may take as long as the connection's
     * timeout to find that out.
     *
     * @param report how the job is now
     * @throws MillraceException FENCED or IN_USE when the name is another's now, or another reason that will not pass
     */
    public void poll(final JobReport report) {
        final boolean isChanged = last.state() != report.state();
        last = report;
        if (!ensureConnected()) {
            return;
        }
        connection().poll(FRAGMENT_LIMIT);
        if (events.isReplaced) {
            throw new MillraceException(
                    ErrorCode.FENCED,
                    "another process has taken the job's name, which this one was too silent to keep: job="
                            + context.name());
        }
        final long nowNs = System.nanoTime();
        if ((isChanged || nowNs - nextReportNs >= 0) && commands.report(key(), report) > 0) {
            nextReportNs = nowNs + reportIntervalNs;
        }
    }

    /**
     * Tells whether somebody wants the job to stop in order.
     *
     * @return whether it was heard in any session
     */
    public boolean isStopRequested() {
        return isStopRequested;
    }

    /**
     * How the job is when the contact is closed: ended in order unless it is said to have failed. A job that ended is in no list any
     * more.
     *
     * @param report the last one
     */
    public void last(final JobReport report) {
        last = report;
    }

    @Override
    public String toString() {
        return "JobContact{" + context + '}';
    }

    @Override
    SessionEvents events() {
        return events;
    }

    @Override
    SessionEvents newEvents() {
        events = new Events();
        return events;
    }

    @Override
    void enter() {
        commands = new JobCommandProxy(connection().ingress());
        final long correlationId = connection().nextCorrelationId();
        final JobRegistration job = new JobRegistration(
                correlationId,
                key(),
                leaseNs(),
                startedMs,
                ProcessHandle.current().pid(),
                context.name(),
                context.host(),
                context.topology());
        final Events ofThisSession = events;
        connection()
                .request(
                        "register job",
                        correlationId,
                        () -> commands.register(job),
                        () -> ofThisSession.registeredId == correlationId);
        nextReportNs = System.nanoTime();
    }

    @Override
    void leave() {
        final JobReport end = last.state() == JobState.FAILED ? last : last.with(JobState.ENDED, "");
        for (int i = 0; i < LEAVE_ATTEMPTS && commands.report(key(), end) <= 0; i++) {
            Thread.onSpinWait();
        }
    }

    @Override
    long member() {
        return key();
    }

    private final class Events extends SessionEvents {
        private long registeredId;
        private boolean isReplaced;

        @Override
        public void onJobRegistered(final long correlationId) {
            registeredId = correlationId;
        }

        @Override
        public void onStopRequested(final long jobKey) {
            isStopRequested |= jobKey == key();
        }

        @Override
        public void onJobReplaced(final long jobKey) {
            isReplaced |= jobKey == key();
        }
    }
}
