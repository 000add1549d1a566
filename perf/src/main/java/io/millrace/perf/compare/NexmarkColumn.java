package io.millrace.perf.compare;

import io.millrace.perf.compare.nexmark.JobQueries;
import io.millrace.perf.compare.nexmark.NexmarkRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Somebody who runs queries of NEXMark on so many cores: a column of the table.
 *
 * @param kind    whose flags its JVM gets.
 * @param cores   partitions of the events and threads of the job.
 * @param queries that it runs; empty for all.
 */
record NexmarkColumn(StreamKind kind, int cores, Set<String> queries) {
    private static final List<String> COMMON_FLAGS =
            List.of("-Xms2g", "-Xmx2g", "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED");

    /** Those who have queries, in the order of the columns. */
    static final List<StreamKind> KINDS = List.of(StreamKind.MILLRACE, StreamKind.JET, StreamKind.FLINK);

    static NexmarkColumn millrace(final int cores) {
        return of(StreamKind.MILLRACE, cores);
    }

    static NexmarkColumn of(final StreamKind kind, final int cores) {
        return new NexmarkColumn(kind, cores, kind.isPeer() ? Set.copyOf(NexmarkRows.QUERIES) : Set.of());
    }

    boolean runs(final String query) {
        return queries.isEmpty() || queries.contains(query);
    }

    String id() {
        return kind.id() + "-" + cores;
    }

    String title() {
        final String unit = kind.isPeer() ? "parallelism " + cores : cores + (cores == 1 ? " core" : " cores");
        return kind.title() + ", " + unit;
    }

    String className() {
        return switch (kind) {
            case JET -> "io.millrace.perf.jet.JetQueries";
            case FLINK -> "io.millrace.perf.flink.FlinkQueries";
            case MILLRACE -> JobQueries.class.getName();
            case LOOP, KAFKA_STREAMS -> throw new IllegalStateException("has no queries: " + kind);
        };
    }

    /** What it gets, for people. */
    String settings() {
        return switch (kind) {
            case JET ->
                "from objects in memory to a sum of rows in memory; one member, local parallelism " + cores
                        + ", a cooperative thread for each core of the machine, no snapshots, no metrics; timed from the first "
                        + "event to the last row, without what starting a job takes";
            case FLINK ->
                "from objects in memory to a sum of rows in memory; local cluster, parallelism " + cores
                        + " in task threads of their own, state on the heap, object reuse on, buffer timeout -1, no checkpoints; "
                        + "timed from the first event to the last row, without what starting a job takes";
            case MILLRACE ->
                "durable log to durable log, durability process, partitions and task threads: " + cores
                        + "; segments of 4 MiB, no checkpoints; rows are texts; timed with the start of the job";
            case LOOP, KAFKA_STREAMS -> throw new IllegalStateException("has no queries: " + kind);
        };
    }

    /** All flags of its JVM. */
    List<String> flags() {
        final List<String> all = new ArrayList<>(COMMON_FLAGS);
        all.addAll(kind.ownFlags());
        return all;
    }
}
