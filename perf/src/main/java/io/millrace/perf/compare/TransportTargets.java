package io.millrace.perf.compare;

import static io.millrace.perf.compare.contender.ContenderKind.KAFKA;
import static io.millrace.perf.compare.contender.ContenderKind.NODE_IPC;
import static io.millrace.perf.compare.contender.ContenderKind.NODE_IPC_LOG;
import static io.millrace.perf.compare.contender.ContenderKind.NODE_UDP;
import static io.millrace.perf.compare.contender.ContenderKind.NODE_UDP_LOG;

import io.millrace.perf.compare.contender.ContenderKind;
import java.util.List;

/** What the transport is to reach. */
final class TransportTargets {
    private static final double NS_PER_US = 1e3;
    private static final double MIN_OF_PLAIN = 0.8;
    private static final double MAX_ABOVE_PLAIN_US = 2;
    private static final double MIN_BELOW_KAFKA = 50;

    private TransportTargets() {}

    static void add(final Figures figures, final List<Target> targets) {
        final Figure publish = Section.PUBLISH.figures().get(0);
        for (final ContenderKind kind : List.of(NODE_IPC, NODE_UDP)) {
            final double ratio = figures.ofLimit(Section.PUBLISH, kind, publish);
            targets.add(new Target("publish, " + kind.title() + " / plain Aeron", ratio, MIN_OF_PLAIN, true));
        }
        final Figure p50 = Section.ROUND_100K.figures().get(0);
        for (final ContenderKind kind : List.of(NODE_IPC, NODE_IPC_LOG, NODE_UDP, NODE_UDP_LOG)) {
            final double above = median(figures, kind, p50)
                    - median(figures, Section.ROUND_100K.limitOf(kind), p50);
            targets.add(new Target(
                    "p50 at 100k/s, " + kind.title() + " - plain Aeron, in µs",
                    above / NS_PER_US,
                    MAX_ABOVE_PLAIN_US,
                    false));
            targets.add(new Target(
                    "p50 at 100k/s, Kafka / " + kind.title(),
                    figures.ratio(KAFKA, kind, p50),
                    MIN_BELOW_KAFKA,
                    true));
        }
    }

    private static double median(final Figures figures, final ContenderKind kind, final Figure figure) {
        final Statistic statistic = figures.of(kind, figure);
        return statistic == null ? Double.NaN : statistic.median();
    }
}
