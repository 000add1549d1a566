package io.millrace.testkit;

import io.millrace.streams.Topology;
import io.millrace.streams.plan.TaskParts;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Settings of a {@link TopologyTestDriver}; the defaults suit most tests. Used by one thread. */
public final class TestDriverBuilder {
    private static final int DEFAULT_SEGMENT_LENGTH = 256 * 1024;
    private static final long DEFAULT_STATE_BUDGET = 256L * 1024 * 1024;

    private final Topology topology;
    private final Consumer<TopologyTestDriver> onStart;
    private final Map<String, Integer> partitions = new LinkedHashMap<>();
    private Instant begin = VirtualClock.BEGIN;
    private int segmentLength = DEFAULT_SEGMENT_LENGTH;
    private long stateBudget = DEFAULT_STATE_BUDGET;
    private Long checkpointSeed;
    private Kills kills = new Kills(0, 0, 1);
    private Supplier<TaskParts> parts = () -> TaskParts.STANDARD;

    TestDriverBuilder(final Topology topology, final Consumer<TopologyTestDriver> onStart) {
        this.topology = topology;
        this.onStart = onStart;
    }

    /**
     * Says how many partitions a topic has.
     *
     * @param topic that the topology reads, where it has 1 unless set, or writes, where the job chooses unless set.
     * @param count 1 to 4,096.
     * @return this.
     */
    public TestDriverBuilder partitions(final String topic, final int count) {
        partitions.put(topic, count);
        return this;
    }

    /**
     * Says where the virtual clock begins.
     *
     * @param instant between the years 1677 and 2262; the first moment of 2020, UTC, unless set.
     * @return this.
     */
    public TestDriverBuilder startAt(final Instant instant) {
        begin = instant;
        return this;
    }

    /**
     * Sets the segment length of the log. A record is a little shorter at most.
     *
     * @param length in bytes, a power of two from 64 KiB to 1 GiB; 256 KiB unless set.
     * @return this.
     */
    public TestDriverBuilder segmentLength(final int length) {
        segmentLength = length;
        return this;
    }

    /**
     * Sets how much memory the keyed state may take.
     *
     * @param bytes greater than 0; 256 MiB unless set.
     * @return this.
     */
    public TestDriverBuilder stateBudget(final long bytes) {
        stateBudget = bytes;
        return this;
    }

    /**
     * Has each task take checkpoints, at instants that depend on the seed alone, some of them over several records. Without it a
     * resumed job reads its input from the beginning.
     *
     * @param seed of the instants.
     * @return this.
     */
    public TestDriverBuilder checkpoints(final long seed) {
        checkpointSeed = seed;
        return this;
    }

    /**
     * Has the job killed and resumed at random moments: between two records of a task, in front of an output or just behind it,
     * so also between two outputs of one record, and between an output and the checkpoint that knows of it. What a killed process
     * leaves is told at {@link TopologyTestDriver#crashAt}. With {@linkplain #checkpoints checkpoints} it resumes from
     * the newest that is whole. The test goes on as if nothing had been.
     *
     * @param seed   of the moments.
     * @param times  how often, 0 or more.
     * @param within over how many moments, at least as many as times: about four for each record that a task reads. Those
     *               that a test does not come to are no kills.
     * @return this.
     * @throws IllegalArgumentException if the moments are too few.
     */
    public TestDriverBuilder crashes(final long seed, final int times, final long within) {
        if (times < 0 || within < Math.max(1, times)) {
            throw new IllegalArgumentException(times + " crashes within " + within
                    + " moments: allowed are 0 crashes or more, within as many moments or more");
        }
        kills = new Kills(seed, times, within);
        return this;
    }

    Kills kills() {
        return kills;
    }

    Long checkpointSeed() {
        return checkpointSeed;
    }

    TestDriverBuilder parts(final Supplier<TaskParts> newParts) {
        parts = newParts;
        return this;
    }

    /**
     * Creates the log and its topics and starts the job.
     *
     * @return the driver, to be closed.
     * @throws io.millrace.log.error.MillraceException if the topology has mistakes; all of them are told.
     * @throws IllegalArgumentException                if partitions were given for a topic that the topology does not use.
     */
    public TopologyTestDriver start() {
        final TopologyTestDriver driver = new TopologyTestDriver(this);
        onStart.accept(driver);
        return driver;
    }

    Topology topology() {
        return topology;
    }

    int partitions(final String topic) {
        return partitions.getOrDefault(topic, 1);
    }

    Map<String, Integer> partitions() {
        return partitions;
    }

    Instant begin() {
        return begin;
    }

    int segmentLength() {
        return segmentLength;
    }

    long stateBudget() {
        return stateBudget;
    }

    TaskParts parts() {
        return kills.areOver() ? parts.get() : kills.in(parts.get());
    }
}
