package io.millrace.perf.compare;

import io.millrace.perf.compare.stream.StreamWorkload;

/** What the guard measures: each a share of a limit that is measured beside it. */
enum GuardFigure {
    /** Millrace appends as fast as it goes; the limit copies into a file that was touched before. */
    APPEND("append", "log: append of 128 B / warm copy", null),

    /** Millrace reads what it appended; the limit scans the copies. */
    READ("read", "log: read of 128 B / scan", null),

    /** Jobs; the limit is the loop. */
    FILTER_MAP("s1", "filter and map / loop", StreamWorkload.FILTER_MAP),
    TUMBLING("s2", "tumbling windows, 1,000 keys / loop", StreamWorkload.TUMBLING),
    HOPPING("s3", "hopping windows, 1,000 keys / loop", StreamWorkload.HOPPING),
    JOIN("s4", "interval join, 1,000 keys / loop", StreamWorkload.JOIN);

    private final String id;
    private final String title;
    private final StreamWorkload workload;

    GuardFigure(final String id, final String title, final StreamWorkload workload) {
        this.id = id;
        this.title = title;
        this.workload = workload;
    }

    static GuardFigure of(final String id) {
        for (final GuardFigure figure : values()) {
            if (figure.id.equals(id)) {
                return figure;
            }
        }
        return null;
    }

    /** Its name on the command line, in the history and in JSON. */
    String id() {
        return id;
    }

    String title() {
        return title;
    }

    /** What a job runs; null of the log's figures, which come from one process for both. */
    StreamWorkload workload() {
        return workload;
    }
}
