package io.millrace.worker;

import io.millrace.log.LogContext;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.streams.JobContext;
import io.millrace.streams.Topology;
import io.millrace.transport.ClientContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What a {@link JobWorker} is made from. Node, topology and directory must be set; the rest has defaults. */
public final class JobWorkerContext {
    private static final Duration DEFAULT_CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private Consumer<ClientContext<?>> node;
    private Topology topology;
    private Path directory;
    private JobContext job = new JobContext();
    private Consumer<LogContext> log = settings -> {};
    private Duration closeTimeout = DEFAULT_CLOSE_TIMEOUT;
    private boolean isConcluded;

    /** Creates a context with defaults. */
    public JobWorkerContext() {}

    /**
     * Says how to reach the node: called for each client that the worker connects, one for each topic and one to look at topics.
     *
     * <p>For example
     * {@code client -> client.channel("aeron:udp?endpoint=127.0.0.1:7100").aeronDirectoryName(name).credentials(key)}.
     *
     * @param settings sets channel, stream, media driver, credentials and timeouts of a client.
     * @return this.
     */
    public JobWorkerContext node(final Consumer<ClientContext<?>> settings) {
        checkOpen();
        node = settings;
        return this;
    }

    /**
     * What to run.
     *
     * @param newTopology whose sources and outputs are topics of the node.
     * @return this.
     */
    public JobWorkerContext topology(final Topology newTopology) {
        checkOpen();
        topology = newTopology;
        return this;
    }

    /**
     * Where the worker keeps its log: mirrors of the sources, exchanges, checkpoints, and outputs on their way. It is part of the job: a
     * worker that goes on needs the directory of the one before.
     *
     * @param path of a directory that belongs to this job alone; made when it does not exist.
     * @return this.
     */
    public JobWorkerContext directory(final Path path) {
        checkOpen();
        directory = path;
        return this;
    }

    /**
     * How to run the job: threads, checkpoints, its name, where it begins and ends, as for one that runs in the node's process.
     *
     * @param context of the job; a new one with defaults unless set.
     * @return this.
     */
    public JobWorkerContext job(final JobContext context) {
        checkOpen();
        job = context;
        return this;
    }

    /**
     * Changes settings of the worker's own log, such as the length of the segments of its exchanges.
     *
     * @param settings called once with the log's context; the directory is set already.
     * @return this.
     */
    public JobWorkerContext log(final Consumer<LogContext> settings) {
        checkOpen();
        log = settings;
        return this;
    }

    /**
     * How long {@link JobWorker#close()} waits for the node to acknowledge what was made; the rest is sent when the worker starts again.
     *
     * @param timeout zero or more; 10 s unless set.
     * @return this.
     */
    public JobWorkerContext closeTimeout(final Duration timeout) {
        checkOpen();
        closeTimeout = timeout;
        return this;
    }

    Consumer<ClientContext<?>> node() {
        return node;
    }

    Topology topology() {
        return topology;
    }

    Path directory() {
        return directory;
    }

    JobContext job() {
        return job;
    }

    Consumer<LogContext> log() {
        return log;
    }

    Duration closeTimeout() {
        return closeTimeout;
    }

    /**
     * Checks all settings; nothing can be changed afterwards.
     *
     * @return this.
     * @throws MillraceException with all problems in one line.
     */
    public JobWorkerContext conclude() {
        final List<String> problems = new ArrayList<>();
        if (node == null) {
            problems.add("node is not set (how to reach it: channel, credentials)");
        }
        if (topology == null) {
            problems.add("topology is not set");
        }
        if (directory == null) {
            problems.add("directory is not set");
        }
        if (job == null) {
            problems.add("job must not be null");
        }
        if (log == null) {
            problems.add("log must not be null");
        }
        if (closeTimeout == null || closeTimeout.isNegative()) {
            problems.add("closeTimeout=" + closeTimeout + " must be zero or more");
        }
        if (!problems.isEmpty()) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION, "worker is not configured: " + String.join("; ", problems));
        }
        isConcluded = true;
        return this;
    }

    private void checkOpen() {
        if (isConcluded) {
            throw new IllegalStateException("context is concluded: " + this);
        }
    }

    @Override
    public String toString() {
        return "JobWorkerContext{directory=" + directory + '}';
    }
}
