package io.millrace.perf.compare;

import static io.millrace.perf.compare.contender.ContenderKind.AERON_ARCHIVE;
import static io.millrace.perf.compare.contender.ContenderKind.AERON_ARCHIVE_LIVE;
import static io.millrace.perf.compare.contender.ContenderKind.AERON_IPC;
import static io.millrace.perf.compare.contender.ContenderKind.CHRONICLE;
import static io.millrace.perf.compare.contender.ContenderKind.IDLE;
import static io.millrace.perf.compare.contender.ContenderKind.KAFKA;
import static io.millrace.perf.compare.contender.ContenderKind.MEMCPY_COLD;
import static io.millrace.perf.compare.contender.ContenderKind.MEMCPY_FILLED;
import static io.millrace.perf.compare.contender.ContenderKind.MEMCPY_WARM;
import static io.millrace.perf.compare.contender.ContenderKind.MILLRACE;
import static io.millrace.perf.compare.contender.ContenderKind.MILLRACE_GROWING;
import static io.millrace.perf.compare.contender.ContenderKind.NODE_IPC;
import static io.millrace.perf.compare.contender.ContenderKind.NODE_IPC_LOG;
import static io.millrace.perf.compare.contender.ContenderKind.NODE_UDP;
import static io.millrace.perf.compare.contender.ContenderKind.NODE_UDP_LOG;
import static io.millrace.perf.compare.contender.ContenderKind.PLAIN_IPC;
import static io.millrace.perf.compare.contender.ContenderKind.PLAIN_UDP;

import io.millrace.perf.compare.contender.ContenderKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What is measured, in the order in which it is reported. */
enum Section {
    APPEND(
            "append",
            "one appender, as fast as it goes",
            List.of("append"),
            lengths("append", "append"),
            List.of(
                    MEMCPY_COLD,
                    MEMCPY_FILLED,
                    MEMCPY_WARM,
                    MILLRACE,
                    MILLRACE_GROWING,
                    CHRONICLE,
                    AERON_ARCHIVE,
                    AERON_IPC)),
    READ(
            "read",
            "one reader, as fast as it goes",
            List.of("append"),
            lengths("read", "read"),
            List.of(MEMCPY_WARM, MILLRACE, CHRONICLE, AERON_ARCHIVE)),
    TWO_APPENDERS(
            "two-appenders",
            "two appenders in total, 128 bytes",
            List.of("two-appenders"),
            List.of(
                    new Figure("two.one", "one appender alone", Unit.MILLION_PER_SECOND),
                    new Figure("two.together", "two on one partition", Unit.MILLION_PER_SECOND),
                    new Figure("two.apart", "two on a partition each", Unit.MILLION_PER_SECOND)),
            List.of(MEMCPY_WARM, MILLRACE, CHRONICLE, AERON_IPC)),
    BATCH(
            "batch",
            "batches of 64 messages of 128 bytes",
            List.of("batch"),
            List.of(new Figure("batch.128", "append in batches, 128 B", Unit.MILLION_PER_SECOND)),
            List.of(MEMCPY_WARM, MILLRACE)),
    HOP(
            "hop",
            "from one thread to another, 100,000 messages of 128 bytes a second, since the intended send time",
            List.of("hop"),
            List.of(
                    new Figure("hop.p50", "hop p50", Unit.MICROSECONDS),
                    new Figure("hop.p90", "hop p90", Unit.MICROSECONDS),
                    new Figure("hop.p99", "hop p99", Unit.MICROSECONDS),
                    new Figure("hop.p99.9", "hop p99.9", Unit.MICROSECONDS),
                    new Figure("hop.max", "hop max", Unit.MICROSECONDS)),
            List.of(IDLE, MEMCPY_WARM, MILLRACE, CHRONICLE, AERON_ARCHIVE, AERON_ARCHIVE_LIVE, AERON_IPC)),
    REOPEN(
            "reopen",
            "opening until the first message is read and an appender is open",
            List.of("reopen-fill", "reopen-killed", "reopen-closed"),
            List.of(
                    new Figure("reopen.killed", "reopen after SIGKILL", Unit.MILLISECONDS),
                    new Figure("reopen.closed", "reopen after close", Unit.MILLISECONDS)),
            List.of(MILLRACE, CHRONICLE, AERON_ARCHIVE)),
    POWER(
            "power",
            "acknowledgement that survives a loss of power, 128 bytes, one at a time",
            List.of("power"),
            List.of(
                    new Figure("power.p50", "power p50", Unit.MICROSECONDS),
                    new Figure("power.p90", "power p90", Unit.MICROSECONDS),
                    new Figure("power.p99", "power p99", Unit.MICROSECONDS)),
            List.of(MEMCPY_WARM, MILLRACE, CHRONICLE, AERON_ARCHIVE)),
    FOOTPRINT(
            "footprint",
            "idle partitions with one record each",
            List.of("footprint-create", "footprint-open"),
            List.of(
                    new Figure("footprint.create", "create all", Unit.MILLISECONDS),
                    new Figure("footprint.open", "open all", Unit.MILLISECONDS),
                    new Figure("footprint.heap", "heap of each", Unit.BYTES)),
            List.of(MILLRACE)),
    PUBLISH(
            "publish",
            "one publisher of messages of 128 bytes, as fast as it goes, until the last one has arrived",
            List.of("publish"),
            List.of(
                    new Figure("publish.1", "publish, 1 partition", Unit.MILLION_PER_SECOND),
                    new Figure("publish.4", "publish, 4 partitions", Unit.MILLION_PER_SECOND)),
            List.of(PLAIN_IPC, NODE_IPC, PLAIN_UDP, NODE_UDP, KAFKA)),
    ROUND_20K("round-20k", roundTitle("20,000"), List.of("round"), round("20k"), roundContenders()),
    ROUND_100K("round-100k", roundTitle("100,000"), List.of("round"), round("100k"), roundContenders()),
    ROUND_500K("round-500k", roundTitle("500,000"), List.of("round"), round("500k"), roundContenders());

    private final String id;
    private final String title;
    private final List<String> steps;
    private final List<Figure> figures;
    private final List<ContenderKind> contenders;

    Section(
            final String id,
            final String title,
            final List<String> steps,
            final List<Figure> figures,
            final List<ContenderKind> contenders) {
        this.id = id;
        this.title = title;
        this.steps = steps;
        this.figures = figures;
        this.contenders = contenders;
    }

    private static List<Figure> lengths(final String name, final String title) {
        final List<Figure> figures = new ArrayList<>();
        for (final int length : new int[] {32, 128, 1024}) {
            figures.add(new Figure(name + "." + length, title + " " + length + " B", Unit.MILLION_PER_SECOND));
        }
        return figures;
    }

    private static List<Figure> round(final String rate) {
        final List<Figure> figures = new ArrayList<>();
        for (final String name : new String[] {"p50", "p90", "p99", "p99.9", "max"}) {
            figures.add(new Figure("round." + rate + '.' + name, rate + "/s " + name, Unit.MICROSECONDS));
        }
        return figures;
    }

    private static String roundTitle(final String rate) {
        return "from a process through another one and back, " + rate
                + " messages of 128 bytes a second, since the intended time";
    }

    private static List<ContenderKind> roundContenders() {
        return List.of(IDLE, PLAIN_IPC, NODE_IPC, NODE_IPC_LOG, PLAIN_UDP, NODE_UDP, NODE_UDP_LOG, KAFKA);
    }

    /** Those of one suite, in order. */
    static List<Section> of(final Suite suite) {
        return Arrays.stream(values()).filter(section -> section.suite() == suite).toList();
    }

    private Suite suite() {
        return compareTo(PUBLISH) < 0 ? Suite.LOG : Suite.TRANSPORT;
    }

    String id() {
        return id;
    }

    String title() {
        return title;
    }

    /** The processes that measure it, one after the other in one directory. Sections with the same ones share them. */
    List<String> steps() {
        return steps;
    }

    List<Figure> figures() {
        return figures;
    }

    List<ContenderKind> contenders() {
        return contenders;
    }

    /** The plain code that bounds a contender; null where there is none. */
    ContenderKind limitOf(final ContenderKind kind) {
        return switch (kind) {
            case NODE_IPC, NODE_IPC_LOG -> PLAIN_IPC;
            case NODE_UDP, NODE_UDP_LOG -> PLAIN_UDP;
            default -> limitOfLog(kind);
        };
    }

    private ContenderKind limitOfLog(final ContenderKind kind) {
        if (kind.isLimit() || !contenders.contains(MEMCPY_WARM)) {
            return null;
        }
        return kind == MILLRACE_GROWING ? MEMCPY_COLD : MEMCPY_WARM;
    }

    static Section of(final Suite suite, final String id) {
        for (final Section section : of(suite)) {
            if (section.id.equals(id)) {
                return section;
            }
        }
        return null;
    }
}
