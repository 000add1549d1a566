package io.millrace.perf.compare;

import io.millrace.perf.compare.nexmark.JobQueries;
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

    static NexmarkColumn millrace(final int cores) {
        return new NexmarkColumn(StreamKind.MILLRACE, cores, Set.of());
    }

    boolean runs(final String query) {
        return queries.isEmpty() || queries.contains(query);
    }

    String id() {
        return kind.isPeer() ? kind.id() : kind.id() + "-" + cores;
    }

    String title() {
        return kind.isPeer() ? kind.title() : kind.title() + ", " + cores + (cores == 1 ? " core" : " cores");
    }

    String className() {
        return JobQueries.class.getName();
    }

    /** What it gets, for people. */
    String settings() {
        return "durable log to durable log, durability process, partitions and task threads: " + cores
                + "; segments of 4 MiB, no checkpoints; rows are texts";
    }

    /** All flags of its JVM. */
    List<String> flags() {
        final List<String> all = new ArrayList<>(COMMON_FLAGS);
        all.addAll(kind.ownFlags());
        return all;
    }
}
