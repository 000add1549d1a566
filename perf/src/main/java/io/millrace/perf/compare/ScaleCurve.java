package io.millrace.perf.compare;

import io.millrace.perf.compare.scale.ScaleSize;
import io.millrace.perf.compare.scale.child.IdleTopics;
import io.millrace.perf.compare.scale.child.LogGrowth;
import io.millrace.perf.streams.ScaledVwaps;
import java.util.List;

/** What grows, what is measured of it, and why its curve looks as it does. */
enum ScaleCurve {
    /** S2 on two partitions. */
    CORES(
            "cores",
            "S2 on one core and on two: two partitions, 1,000 keys",
            "task threads",
            ScaledVwaps.class.getName(),
            List.of("loop", "job"),
            List.of(
                    new ScaleLine("job", "rate", "job", ScaleUnit.RATE),
                    new ScaleLine("loop", "rate", "loop by hand", ScaleUnit.RATE)),
            new long[] {1, 2},
            new long[] {1, 2},
            new long[] {1, 2},
            "what the loop by hand does not gain either is the machine's: the tasks share no field, and the log's own threads "
                    + "and the JVM's need a part of the second core"),

    /** S2 with more and more state. */
    KEYS(
            "keys",
            "S2 as keys grow: nearly all are there before anything is timed, and no window ends meanwhile",
            "keys",
            ScaledVwaps.class.getName(),
            List.of("loop", "job"),
            List.of(
                    ScaleLine.time("job", "event", "job, an event"),
                    ScaleLine.time("loop", "event", "loop by hand, an event"),
                    ScaleLine.time("job", "result", "job, a result when the window ends"),
                    ScaleLine.time("loop", "result", "loop by hand, a result")),
            new long[] {1_000, 2_000},
            new long[] {1_000, 10_000, 100_000, 1_000_000},
            new long[] {1_000, 10_000, 100_000, 1_000_000, 10_000_000},
            "an event looks for its key: of 1,000 keys the table lies in the core's own cache, of 100,000 in the shared one, of 1,000,000 in "
                    + "memory, and the loop by hand, which does little else, grows the most; a result gets cheaper, since what the end of "
                    + "a window costs once is shared by more of them"),

    /** S3 with longer and longer windows. */
    WINDOWS(
            "windows",
            "S3 as windows overlap: a new one each 10 ms, 1,000 keys, a result of each key in each",
            "windows that an event belongs to",
            ScaledVwaps.class.getName(),
            List.of("loop", "job"),
            List.of(
                    ScaleLine.time("job", "event", "job, an event"),
                    ScaleLine.time("loop", "event", "loop by hand, an event")),
            new long[] {1, 10},
            new long[] {1, 10, 100, 1_000},
            new long[] {1, 3, 10, 30, 100, 300, 1_000},
            "flat: an event is added to the frame of one slide, however many windows overlap there, and a window that ends adds its frame "
                    + "and takes away the one that leaves"),

    /** The log that nobody removes anything from. */
    LOG(
            "log",
            "The log as it grows: records of 128 bytes, one partition, segments of 128 MiB",
            "GiB in the log",
            LogGrowth.class.getName(),
            List.of("fill", "measure"),
            List.of(
                    ScaleLine.time("fill", "append", "append, a record"),
                    ScaleLine.time("fill", "copy", "copy to a new file, a record"),
                    ScaleLine.time("measure", "read", "read, a record"),
                    ScaleLine.time("measure", "seek", "seek to a position"),
                    ScaleLine.time("measure", "time", "seek to a time"),
                    ScaleLine.time("measure", "clean", "open after a close"),
                    ScaleLine.time("measure", "killed", "open after a kill")),
            new long[] {1, 2},
            new long[] {1, 2, 4},
            new long[] {1, 2, 4, 8, 16, 32, 50},
            "flat: append and read know only the segment that they are in, and a seek finds its segment by name and its place there by the "
                    + "index; what opening has to look at is what was written since the last durable cut, which is a matter of when "
                    + "the process died and not of the length"),

    /** S2 on more and more partitions. */
    PARTITIONS(
            "partitions",
            "S2 as partitions grow: one thread does them all, 10,000 keys",
            "partitions",
            ScaledVwaps.class.getName(),
            List.of("loop", "job"),
            List.of(
                    ScaleLine.time("job", "event", "job, an event"),
                    ScaleLine.time("loop", "event", "loop by hand, an event")),
            new long[] {1, 10},
            new long[] {1, 10, 100},
            new long[] {1, 10, 100, 1_000},
            "flat, or a little less: a poll takes up to 256 records of one partition before it goes on to the next, whose few keys are in the "
                    + "cache then"),

    /** A store with topics that nothing comes to. */
    IDLE(
            "idle",
            "A store as idle topics grow: one partition and one record each",
            "idle topics",
            IdleTopics.class.getName(),
            List.of("create", "measure"),
            List.of(
                    new ScaleLine("measure", "heap", "heap, a topic", ScaleUnit.MEMORY),
                    ScaleLine.time("measure", "append", "append to another topic, a record"),
                    ScaleLine.time("measure", "idle", "all threads in an idle second"),
                    ScaleLine.time("create", "create", "create, a topic"),
                    ScaleLine.time("measure", "open", "open the store")),
            new long[] {2, 4},
            new long[] {10, 100, 1_000},
            new long[] {10, 100, 1_000, 10_000},
            "what a store has once is shared by more topics, so heap and creation of each fall to what one needs; an append and an idle second "
                    + "are the same, since only partitions in which something happens are looked at in each cycle; opening grows with "
                    + "the files that are to be looked at");

    private static final long GIB = 1L << 30;
    private static final long OF_A_JOB = 5 * GIB;
    private static final long OF_AN_IDLE_TOPIC = 128 * 1024;

    private final String id;
    private final String title;
    private final String sizeTitle;
    private final String className;
    private final List<String> parts;
    private final List<ScaleLine> lines;
    private final long[] tiny;
    private final long[] quick;
    private final long[] full;
    private final String reason;

    ScaleCurve(
            final String id,
            final String title,
            final String sizeTitle,
            final String className,
            final List<String> parts,
            final List<ScaleLine> lines,
            final long[] tiny,
            final long[] quick,
            final long[] full,
            final String reason) {
        this.id = id;
        this.title = title;
        this.sizeTitle = sizeTitle;
        this.className = className;
        this.parts = parts;
        this.lines = lines;
        this.tiny = tiny;
        this.quick = quick;
        this.full = full;
        this.reason = reason;
    }

    static ScaleCurve of(final String id) {
        for (final ScaleCurve curve : values()) {
            if (curve.id.equals(id)) {
                return curve;
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

    /** What is counted on the axis of sizes. */
    String sizeTitle() {
        return sizeTitle;
    }

    String className() {
        return className;
    }

    /** Processes of a point: one after the other in one directory where the curve grows, else side by side. */
    List<String> parts() {
        return parts;
    }

    /** Whether each point takes up the files that the one before has left. */
    boolean isGrowing() {
        return !parts.contains("loop");
    }

    List<ScaleLine> lines() {
        return lines;
    }

    long[] sizes(final ScaleSize scale) {
        return switch (scale) {
            case TINY -> tiny;
            case QUICK -> quick;
            case FULL -> full;
        };
    }

    /** What explains the shape, as found on the machine of docs/scaling.md. */
    String reason() {
        return reason;
    }

    /** About what a point takes of the disk, in bytes. */
    long diskLength(final ScaleSize scale, final long size) {
        if (scale == ScaleSize.TINY) {
            return 0;
        }
        return switch (this) {
            case LOG -> size * GIB;
            case IDLE -> size * OF_AN_IDLE_TOPIC;
            case CORES, KEYS, WINDOWS, PARTITIONS -> OF_A_JOB;
        };
    }
}
