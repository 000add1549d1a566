package io.millrace.node;

import io.millrace.log.error.MillraceException;
import io.millrace.worker.JobWorker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A process that runs the counting job as a worker, slowly, until it is complete or fails. */
public final class WorkerChild {
    private WorkerChild() {}

    /**
     * Says "started", and then "complete" or how it failed.
     *
     * @param args directory of the media driver, channel of the node, the worker's directory, name of the job, and how many records are
     *             taken between two pauses
     * @throws InterruptedException when the thread is interrupted
     */
    public static void main(final String[] args) throws InterruptedException {
        final int pace = Integer.parseInt(args[4]);
        final int[] count = {0};
        final Runnable perRecord = () -> {
            if (++count[0] % pace == 0) {
                LockSupport.parkNanos(20_000);
            }
        };
        try (JobWorker worker = JobWorker.start(CountingJob.worker(
                        client -> client.aeronDirectoryName(args[0]).channel(args[1]),
                        Path.of(args[2]),
                        args[3],
                        perRecord)
                .closeTimeout(Duration.ZERO))) {
            System.out.println("started");
            System.out.println(worker.awaitTermination(Duration.ofMinutes(1)) ? "complete" : "too slow");
        } catch (final MillraceException ex) {
            System.out.println(ex.code() + " " + ex.getMessage());
        }
    }
}
