package io.millrace.perf.compare;

import io.millrace.perf.streams.JobRecovery;

/** Everybody who is killed and started again, with the settings that are not those of {@link StreamKind}. */
enum RecoveryKind {
    /** Ours. */
    MILLRACE(
            StreamKind.MILLRACE,
            JobRecovery.class.getName(),
            "trades, results and checkpoints in the log, durability process; the first result that was not in the log before"),

    /** Flink. */
    FLINK(
            StreamKind.FLINK,
            "io.millrace.perf.flink.FlinkRecovery",
            "in memory but for the checkpoints, in files; started from the newest one that is complete; the first result behind it"),

    /** Kafka Streams. */
    KAFKA_STREAMS(
            StreamKind.KAFKA_STREAMS,
            "io.millrace.perf.kafka.streams.KafkaRecovery",
            "exactly_once_v2, commit every 1 s, store in memory with changelog, static membership; the broker lives on; the first "
                    + "result that is committed behind those before");

    private final StreamKind base;
    private final String className;
    private final String settings;

    RecoveryKind(final StreamKind base, final String className, final String settings) {
        this.base = base;
        this.className = className;
        this.settings = settings;
    }

    StreamKind base() {
        return base;
    }

    String id() {
        return base.id();
    }

    String title() {
        return base.title();
    }

    String className() {
        return className;
    }

    String settings() {
        return settings;
    }
}
