package io.millrace.perf.compare;

import io.millrace.perf.compare.stream.StreamWorkload;
import io.millrace.perf.streams.JobContender;
import io.millrace.perf.streams.LoopContender;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Everybody who runs stream workloads, with the JVM flags that its documentation asks for and the settings that it gets here. */
enum StreamKind {
    /** The limit. */
    LOOP(
            "loop",
            "loop by hand",
            LoopContender.class.getName(),
            "",
            List.of("-Dagrona.disable.bounds.checks=true"),
            "no framework: one thread reads the log's mapped segment files and writes to a mapped file whose pages were "
                    + "touched before",
            new int[] {0, 0, 0, 0, 0, 0, 0}),

    /** Ours. */
    MILLRACE(
            "millrace",
            "Millrace",
            JobContender.class.getName(),
            "",
            List.of(JavaCommand.JOB_FLAG),
            "durable log to durable log, durability process, one partition, flyweights, one thread; defaults; no "
                    + "checkpoints but in s5, where they go to the log, too",
            new int[] {0, 0, 0, 0, 0, 0, 0}),

    /** Hazelcast Jet. */
    JET(
            "jet",
            "Hazelcast Jet, in memory",
            "io.millrace.perf.jet.JetContender",
            "jet",
            List.of(
                    "--add-modules=java.se",
                    "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
                    "--add-opens=java.base/java.lang=ALL-UNNAMED",
                    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                    "--add-opens=java.management/sun.management=ALL-UNNAMED",
                    "--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED"),
            "from arrays to a sum; one member, local parallelism 1, a cooperative thread for each core, no "
                    + "metrics; no snapshots but in s5: exactly once, in the member's memory; windows combine and deduct frames; the interval join is written by hand with "
                    + "flatMapStateful, since there is none",
            new int[] {310, 160, 1_800, 340, 1_800, 300, 2_600}),

    /** Flink. */
    FLINK(
            "flink",
            "Flink, in memory",
            "io.millrace.perf.flink.FlinkContender",
            "flink",
            Stream.of(
                            "java.lang",
                            "java.net",
                            "java.io",
                            "java.nio",
                            "sun.nio.ch",
                            "java.lang.reflect",
                            "java.text",
                            "java.time",
                            "java.util",
                            "java.util.concurrent",
                            "java.util.concurrent.atomic",
                            "java.util.concurrent.locks")
                    .map(name -> "--add-opens=java.base/" + name + "=ALL-UNNAMED")
                    .toList(),
            "from arrays to a sum; local cluster, parallelism 1 in task threads of their own, state on the heap, "
                    + "object reuse on, buffer timeout -1, POJO serializers; no checkpoints but in s5: exactly once, into files",
            new int[] {60, 1_500, 4_900, 46_000, 5_900, 1_500, 5_900}),

    /** Kafka Streams. */
    KAFKA_STREAMS(
            "kafka-streams",
            "Kafka Streams",
            "io.millrace.perf.kafka.streams.KafkaStreamsContender",
            "kafka",
            List.of(),
            "topic to topic of one partition, broker (KRaft, page cache, no compression) in a process of its own whose CPU "
                    + "time counts, one stream thread, at least once, commit every 30 s; stores in memory without changelog and "
                    + "cache, results at the end of a window; in s5 exactly_once_v2, commit every 1 s, with changelog",
            new int[] {13_000, 22_000, 22_000, 250_000, 250_000, 23_000, 25_000});

    /** For the peers' objects; the others use little of it. */
    private static final List<String> COMMON_FLAGS =
            List.of("-Xms4g", "-Xmx4g", "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED");

    private final String id;
    private final String title;
    private final String className;
    private final String peer;
    private final List<String> flags;
    private final String settings;
    private final int[] costsNs;

    StreamKind(
            final String id,
            final String title,
            final String className,
            final String peer,
            final List<String> flags,
            final String settings,
            final int[] costsNs) {
        this.id = id;
        this.title = title;
        this.className = className;
        this.peer = peer;
        this.flags = flags;
        this.settings = settings;
        this.costsNs = costsNs;
    }

    static StreamKind of(final String id) {
        for (final StreamKind kind : values()) {
            if (kind.id.equals(id)) {
                return kind;
            }
        }
        return null;
    }

    String id() {
        return id;
    }

    String title() {
        return title;
    }

    /** Class of a process that runs beside it; empty where none does. */
    String companion() {
        return this == KAFKA_STREAMS ? "io.millrace.perf.kafka.KafkaBrokerMain" : "";
    }

    String className() {
        return className;
    }

    /** The module below {@code perf/peers} that its classes come from; empty where they are in this one. */
    String peer() {
        return peer;
    }

    boolean isPeer() {
        return !peer.isEmpty();
    }

    /** All flags of its JVM. */
    List<String> flags() {
        final List<String> all = new ArrayList<>(COMMON_FLAGS);
        all.addAll(flags);
        return all;
    }

    /** Those that its documentation asks for. */
    List<String> ownFlags() {
        return flags;
    }

    String settings() {
        return settings;
    }

    /** Whether it takes part: a broker has too much to store and to give out for a quick run of the one with many keys. */
    boolean runs(final StreamWorkload workload, final StreamScale scale) {
        return this != KAFKA_STREAMS || workload.plain() != StreamWorkload.TUMBLING_LARGE || scale == StreamScale.FULL;
    }

    int warmUp(final StreamWorkload workload, final StreamScale scale) {
        // A quarter of a window, so that all keys are there.
        return atLeast(workload, scale, workload.shot() / 4, scale.warmUp(workload.shot(), costNs(workload)));
    }

    int measured(final StreamWorkload workload, final StreamScale scale) {
        // A whole window with the results that it tells.
        if (workload.isCheckpointed() && this == MILLRACE) {
            return scale.measuredWithCheckpoints(workload.shot(), workload == StreamWorkload.CHECKPOINTED ? 60 : 150);
        }
        return atLeast(workload, scale, workload.shot(), scale.measured(workload, costNs(workload)));
    }

    private static int atLeast(
            final StreamWorkload workload, final StreamScale scale, final int least, final int count) {
        return workload.plain() == StreamWorkload.TUMBLING_LARGE && scale != StreamScale.TINY
                ? Math.max(least, count)
                : count;
    }

    /** About what a trade takes, so that a process ends in time; 0 for those who take whole shots. */
    private int costNs(final StreamWorkload workload) {
        return costsNs[workload.ordinal()];
    }
}
