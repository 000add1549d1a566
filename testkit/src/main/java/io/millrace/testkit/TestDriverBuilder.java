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
        return parts.get();
    }
}
