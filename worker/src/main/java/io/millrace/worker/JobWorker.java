package io.millrace.worker;

import io.millrace.log.error.MillraceException;
import io.millrace.streams.Job;
import java.time.Duration;

/**
 * A job in a process of its own, against a node. All methods may be called from any thread.
 */
public final class JobWorker implements AutoCloseable {
    private JobWorker() {}

    /**
     * Connects to the node, brings the mirrors of the sources up, and starts the job. Waits for the node as long as its clients'
     * settings allow, and, where the job is told to begin, end or stop somewhere, until the sources are mirrored as far as they go now.
     *
     * @param context with the settings; concluded here.
     * @return the running worker.
     * @throws MillraceException in one line: when the settings or the topology are wrong, no node answers or it refuses, the directory
     *                           belongs to another job or is in use, or the node holds output of this job that the directory does not.
     */
    public static JobWorker start(final JobWorkerContext context) {
        context.conclude();
        throw new UnsupportedOperationException("not built yet");
    }

    /**
     * The job, for its counters, its plan, queries and checkpoints. Do not close it: {@link #close()} does.
     *
     * @return the job over the worker's own log.
     */
    public Job job() {
        return null;
    }

    /**
     * What was moved between the node and the worker.
     *
     * @return a snapshot.
     */
    public JobWorkerCounters counters() {
        return new JobWorkerCounters(0, 0, 0, 0, 0);
    }

    /**
     * Tells whether the input of the job has ended, or was stopped in order, and the node has acknowledged all output.
     *
     * @return true once there is nothing left to do.
     */
    public boolean isComplete() {
        return false;
    }

    /**
     * What stopped the worker: an error of the job, or of the way to the node, such as FENCED when another worker of this job was
     * started later.
     *
     * @return the error, null while there is none.
     */
    public Throwable failure() {
        return null;
    }

    /**
     * Waits until the worker is complete.
     *
     * @param timeout how long to wait.
     * @return true if it is complete, false if the time was over before.
     * @throws InterruptedException if the thread is interrupted while it waits.
     * @throws MillraceException    or another error that stopped the worker.
     */
    public boolean awaitTermination(final Duration timeout) throws InterruptedException {
        return false;
    }

    /**
     * Stops the job where it stands, with a last checkpoint, waits until the node has acknowledged all output, at most for the close
     * timeout, and gives the directory up. What was not acknowledged is sent when the worker starts again. May be called more than once.
     */
    @Override
    public void close() {}
}
