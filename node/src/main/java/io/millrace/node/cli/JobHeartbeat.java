package io.millrace.node.cli;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.transport.JobContact;
import io.millrace.transport.protocol.JobReport;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Keeps a job's name at its node, on a thread of its own: starting and stopping a job takes its time, and the node must not take it for
 * lost meanwhile.
 */
final class JobHeartbeat implements AutoCloseable {
    private static final long INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private final JobContact contact;
    private final Supplier<JobReport> reports;
    private final Thread owner = Thread.currentThread();
    private final Thread thread;
    private volatile boolean isStopRequested;
    private volatile boolean isEnding;
    private volatile JobReport last;
    private volatile MillraceException failure;

    private JobHeartbeat(final JobContact contact, final Supplier<JobReport> reports) {
        this.contact = contact;
        this.reports = reports;
        this.thread = new Thread(this::run, "millrace-job-contact");
        this.thread.setDaemon(true);
    }

    /** Begins to say how the job is, whatever the supplier answers on the heartbeat's thread. */
    static JobHeartbeat start(final JobContact contact, final Supplier<JobReport> reports) {
        final JobHeartbeat heartbeat = new JobHeartbeat(contact, reports);
        heartbeat.thread.start();
        return heartbeat;
    }

    /** Whether somebody wants the job to stop. */
    boolean isStopRequested() {
        return isStopRequested;
    }

    /** Why the name is not the job's any more, or null. */
    MillraceException failure() {
        return failure;
    }

    /** How the job is when this is closed. */
    void last(final JobReport report) {
        last = report;
    }

    /** Tells the node the last of the job, and ends the contact. */
    @Override
    public void close() {
        isEnding = true;
        LockSupport.unpark(thread);
        boolean isInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (final InterruptedException ex) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (contact) {
            while (!isEnding) {
                contact.poll(reports.get());
                if (contact.isStopRequested() && !isStopRequested) {
                    isStopRequested = true;
                    LockSupport.unpark(owner);
                }
                LockSupport.parkNanos(INTERVAL_NS);
            }
            if (last != null) {
                contact.last(last);
            }
        } catch (final MillraceException ex) {
            failure = ex;
            LockSupport.unpark(owner);
        } catch (final RuntimeException | Error ex) {
            failure = new MillraceException(ErrorCode.INTERNAL, "the job's contact to its node failed: " + ex, ex);
            LockSupport.unpark(owner);
        }
    }
}
