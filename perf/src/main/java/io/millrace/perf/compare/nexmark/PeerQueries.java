package io.millrace.perf.compare.nexmark;

import io.millrace.perf.compare.stream.StreamOutcome;

/** A contender that has events as objects in memory: runs a query once to warm up and once to be timed, and compares the rows. */
public abstract class PeerQueries implements NexmarkContender {
    /** Peers copy the parts of a job by serializing them, so what is not part of it lies here; one task in each process. */
    private static NexmarkBlock block;

    private static PeerRun peerRun;

    /** Creates one; nothing is started until it runs. */
    protected PeerQueries() {}

    /**
     * The events.
     *
     * @return all of them.
     */
    public static NexmarkBlock events() {
        return block;
    }

    /**
     * The run that is under way.
     *
     * @return for sources and sinks.
     */
    public static PeerRun current() {
        return peerRun;
    }

    @Override
    public final StreamOutcome run(final NexmarkTask task) throws Exception {
        block = new NexmarkBlock(task.events());
        start(task);
        try {
            final StreamOutcome warm = runOnce(task);
            final StreamOutcome timed = runOnce(task);
            if (warm.results() != timed.results() || warm.checksum() != timed.checksum()) {
                throw new IllegalStateException("two runs over the same events gave " + warm.results() + " and "
                        + timed.results() + " rows, or other ones");
            }
            return timed;
        } finally {
            stop();
        }
    }

    private StreamOutcome runOnce(final NexmarkTask task) throws Exception {
        peerRun = new PeerRun();
        execute(task);
        return peerRun.outcome(block.count());
    }

    /**
     * Starts what all runs have in common.
     *
     * @param task that will be run.
     */
    protected abstract void start(NexmarkTask task);

    /**
     * Runs the query over {@link #events}, with sources and sinks that tell {@link #current} of themselves.
     *
     * @param task to run.
     * @throws Exception when it fails.
     */
    protected abstract void execute(NexmarkTask task) throws Exception;

    /** Stops what was started. */
    protected abstract void stop();
}
