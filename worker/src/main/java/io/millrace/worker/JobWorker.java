package io.millrace.worker;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.streams.Job;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.agrona.CloseHelper;
import org.agrona.concurrent.AgentRunner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A job in a process of its own, against a node: the same topology, with the same outputs, as one that runs in the node's process.
 *
 * <pre>
 *   node                                  worker
 *   source topics  -- subscriber --&gt;  mirrors at the same positions --&gt; tasks, exchanges, checkpoints
 *   output topics  &lt;-- publisher ---  outputs, in the order of their partitions  &lt;------'
 * </pre>
 *
 * <p>The worker's directory is what makes it this job: which value met which in an exchange, how far each task is, and which
 * output has which number. Killed at any instant and started again in its directory, the worker makes the outputs that are missing and no
 * other. Only the worker of a job that was started last is heard by the node; one before it ends with FENCED.
 *
 * <p>When the node is away, the job goes on with what is mirrored, and the clients connect again for as long as their settings say.
 *
 * <p>All methods may be called from any thread.
 */
public final class JobWorker implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(JobWorker.class);
    private static final long CLOSE_POLL_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final WorkerParts parts;
    private final Duration closeTimeout;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final ForwardAgent forwardAgent;
    private final AgentRunner mirrorRunner;
    private final AgentRunner forwardRunner;

    /** Whether the way to the node is broken for good, so that its threads have nothing to do any more. */
    private volatile boolean isCut;

    private boolean isClosed;

    private JobWorker(final WorkerParts parts, final JobWorkerContext context) {
        this.parts = parts;
        this.closeTimeout = context.closeTimeout();
        final String name = "millrace-worker-" + parts.name();
        final MirrorAgent mirrorAgent = new MirrorAgent(
                name + "-mirror", parts.mirrors(), () -> isCut, this::cut, parts.counts().mirrorReconnects);
        forwardAgent = new ForwardAgent(
                name + "-forward",
                parts.job(),
                parts.forwarders(),
                parts.tickForwarders(),
                parts.counts(),
                new ForwardAgent.Listener() {
                    @Override
                    public boolean isOver() {
                        return isCut;
                    }

                    @Override
                    public void onComplete() {
                        ended.countDown();
                    }

                    @Override
                    public void onJobFailure(final Throwable cause) {
                        fail(cause);
                    }

                    @Override
                    public void onFailure(final Throwable cause) {
                        cut(cause);
                    }
                });
        mirrorRunner = new AgentRunner(context.job().idleStrategy().get(), this::cut, null, mirrorAgent);
        forwardRunner = new AgentRunner(context.job().idleStrategy().get(), this::cut, null, forwardAgent);
    }

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
        final WorkerParts parts = WorkerParts.open(context.conclude());
        final JobWorker worker = new JobWorker(parts, context);
        AgentRunner.startOnThread(worker.mirrorRunner);
        AgentRunner.startOnThread(worker.forwardRunner);
        return worker;
    }

    private void fail(final Throwable cause) {
        if (failure.compareAndSet(null, cause)) {
            LOGGER.debug("worker of job {} failed", parts.name(), cause);
        }
        ended.countDown();
    }

    private void cut(final Throwable cause) {
        isCut = true;
        fail(cause);
    }

    /**
     * The job, for its counters, its plan, queries and checkpoints. Do not close it: {@link #close()} does.
     *
     * @return the job over the worker's own log.
     */
    public Job job() {
        return parts.job();
    }

    /**
     * What was moved between the node and the worker.
     *
     * @return a snapshot.
     */
    public JobWorkerCounters counters() {
        return parts.counts().snapshot();
    }

    /**
     * Tells whether the input of the job has ended, or was stopped in order, and the node has acknowledged all output.
     *
     * @return true once there is nothing left to do.
     */
    public boolean isComplete() {
        return ended.getCount() == 0 && failure.get() == null;
    }

    /**
     * What stopped the worker: an error of the job, or of the way to the node, such as FENCED when another worker of this job was
     * started later.
     *
     * @return the error, null while there is none.
     */
    public Throwable failure() {
        return failure.get();
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
        final boolean hasEnded = ended.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
        final Throwable cause = failure.get();
        if (cause instanceof RuntimeException ex) {
            throw ex;
        }
        if (cause instanceof Error ex) {
            throw ex;
        }
        if (cause != null) {
            throw new MillraceException(ErrorCode.INTERNAL, this + " failed: " + cause, cause);
        }
        return hasEnded;
    }

    /**
     * Stops the job where it stands, with a last checkpoint, waits until the node has acknowledged all output, at most for the close
     * timeout, and gives the directory up. What was not acknowledged is sent when the worker starts again. May be called more than once.
     */
    @Override
    public synchronized void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        try {
            CloseHelper.quietClose(mirrorRunner);
            parts.job().close();
            forwardAgent.onJobClosed();
            awaitDrained();
        } finally {
            CloseHelper.quietClose(forwardRunner);
            parts.close();
        }
    }

    private void awaitDrained() {
        final long deadlineNs = System.nanoTime() + closeTimeout.toNanos();
        while (!forwardAgent.isDrained() && !isCut) {
            if (System.nanoTime() - deadlineNs >= 0 || Thread.currentThread().isInterrupted()) {
                LOGGER.warn(
                        "the node has not acknowledged all output of job {} within {}; the rest is sent when the worker starts"
                                + " again",
                        parts.name(),
                        closeTimeout);
                return;
            }
            LockSupport.parkNanos(CLOSE_POLL_NS);
        }
    }

    @Override
    public String toString() {
        return "worker of job " + parts.name();
    }
}
