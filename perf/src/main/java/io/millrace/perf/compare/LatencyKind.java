package io.millrace.perf.compare;

import io.millrace.perf.compare.latency.LatencyCase;
import io.millrace.perf.streams.JobLatency;
import io.millrace.perf.streams.LoopLatency;
import java.util.ArrayList;
import java.util.List;

/** Everybody whose latency is measured, with the settings that are not those of {@link StreamKind}. */
enum LatencyKind {
    /** The limit. */
    LOOP(
            StreamKind.LOOP,
            "loop",
            "loop by hand",
            LoopLatency.class.getName(),
            "a thread that spins, mapped file to mapped file; takes no checkpoints",
            false),

    /** Ours, as fast as it reacts. */
    MILLRACE_SPINNING(
            StreamKind.MILLRACE,
            "millrace-spinning",
            "Millrace, spinning",
            JobLatency.Spinning.class.getName(),
            "durable log to durable log, durability process; the job's thread spins; always exactly once",
            true),

    /** Ours, as it is by default. */
    MILLRACE_PARKED(
            StreamKind.MILLRACE,
            "millrace-parked",
            "Millrace, parked",
            JobLatency.Parked.class.getName(),
            "the same, the job's thread parks when there is nothing to do, which is the default",
            true),

    /** Hazelcast Jet. */
    JET(
            StreamKind.JET,
            "jet",
            "Hazelcast Jet, in memory",
            "io.millrace.perf.jet.JetLatency",
            "from an array to a histogram; mapStateful; a cooperative thread for each core, idling by default; exactly once "
                    + "with a snapshot each second in the member's memory",
            true),

    /** Flink. */
    FLINK(
            StreamKind.FLINK,
            "flink",
            "Flink, in memory",
            "io.millrace.perf.flink.FlinkLatency",
            "from an array to a histogram; the source spins, buffer timeout 0, object reuse; exactly once with checkpoints each "
                    + "second into files",
            true),

    /** Kafka Streams. */
    KAFKA_STREAMS(
            StreamKind.KAFKA_STREAMS,
            "kafka-streams",
            "Kafka Streams",
            "io.millrace.perf.kafka.streams.KafkaLatency",
            "topic to topic, broker in a process of its own, linger 5 ms on all ways, the default of clients; exactly_once_v2 commits each 100 ms, its "
                    + "default, with changelog; at 20,000/s only",
            true);

    private static final int LOWEST_RATE = 20_000;
    private static final List<Integer> RATES = List.of(LOWEST_RATE, 100_000, 500_000);

    private final StreamKind base;
    private final String id;
    private final String title;
    private final String className;
    private final String settings;
    private final boolean hasCheckpoints;

    LatencyKind(
            final StreamKind base,
            final String id,
            final String title,
            final String className,
            final String settings,
            final boolean hasCheckpoints) {
        this.base = base;
        this.id = id;
        this.title = title;
        this.className = className;
        this.settings = settings;
        this.hasCheckpoints = hasCheckpoints;
    }

    /** Whose flags and libraries it has. */
    StreamKind base() {
        return base;
    }

    String id() {
        return id;
    }

    String title() {
        return title;
    }

    String className() {
        return className;
    }

    String settings() {
        return settings;
    }

    boolean isOurs() {
        return base == StreamKind.MILLRACE;
    }

    /** All that it is measured at, in this order. */
    List<LatencyCase> cases(final StreamScale scale) {
        final List<LatencyCase> cases = new ArrayList<>();
        for (final int rate : rates(scale)) {
            if (runs(rate)) {
                cases.add(new LatencyCase(rate, false));
                if (hasCheckpoints) {
                    cases.add(new LatencyCase(rate, true));
                }
            }
        }
        return cases;
    }

    /** All rates, of which not everybody runs each. */
    static List<Integer> rates(final StreamScale scale) {
        return scale == StreamScale.TINY ? List.of(LOWEST_RATE) : RATES;
    }

    private boolean runs(final int rate) {
        return this != KAFKA_STREAMS || rate == LOWEST_RATE;
    }
}
