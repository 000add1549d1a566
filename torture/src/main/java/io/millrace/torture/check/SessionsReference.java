package io.millrace.torture.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Amounts of each account in sessions. A session holds the values of a key that are less than the gap away from another one of
 * it; a value that is that near to several open ones makes one of them. It is final when the watermark has reached the
 * gap and the grace behind its last value. A value is late when it is near to no open session, and a session of its own would be
 * final already.
 */
final class SessionsReference extends SourceReference {
    private static final long DISORDER_NS = 100 * InputFormula.MS;
    private static final long GAP_NS = 150 * InputFormula.MS;
    private static final long GRACE_NS = 50 * InputFormula.MS;

    /** A session, with its number in the order in which they were opened; one made of several has that of the oldest. */
    private record Session(
            long number, byte[] key, long firstNs, long lastNs, long count, long sum, long minId, long maxId) {
        static Session of(final long number, final StoredRecord value) {
            final long id = OutputRecord.longAt(value.value(), 0);
            final long amount = OutputRecord.longAt(value.value(), 1);
            return new Session(number, value.key(), value.eventTimeNs(), value.eventTimeNs(), 1, amount, id, id);
        }

        // Its values follow each other at less than the gap, so whoever is near to its span is near to one of them.
        boolean isNear(final Session other) {
            return Arrays.equals(key, other.key) && other.firstNs - lastNs < GAP_NS && firstNs - other.lastNs < GAP_NS;
        }

        Session with(final Session other) {
            return new Session(
                    Math.min(number, other.number),
                    key,
                    Math.min(firstNs, other.firstNs),
                    Math.max(lastNs, other.lastNs),
                    count + other.count,
                    sum + other.sum,
                    Math.min(minId, other.minId),
                    Math.max(maxId, other.maxId));
        }

        boolean isFinal(final long watermarkNs) {
            return lastNs + GAP_NS + GRACE_NS <= watermarkNs;
        }

        OutputRecord result() {
            final long endNs = lastNs + GAP_NS;
            return OutputRecord.data(endNs - 1, key, OutputRecord.longs(firstNs, endNs, count, sum, minId, maxId));
        }
    }

    private List<Session> open;
    private long opened;

    SessionsReference() {
        super(DISORDER_NS);
    }

    @Override
    void begin() {
        open = new ArrayList<>();
        opened = 0;
    }

    // In the order of their ends; of those of one end, the one that was opened first.
    @Override
    void onWatermark(final long beforeNs, final long watermarkNs, final Outputs outputs) {
        final List<Session> closing = new ArrayList<>();
        for (final Session session : open) {
            if (session.isFinal(watermarkNs)) {
                closing.add(session);
            }
        }
        if (!closing.isEmpty()) {
            closing.sort(Comparator.comparingLong(Session::lastNs).thenComparingLong(Session::number));
            closing.forEach(session -> outputs.add(OUT, session.result()));
            open.removeIf(session -> session.isFinal(watermarkNs));
        }
    }

    @Override
    void onValue(final StoredRecord value, final long clockNs, final long watermarkNs, final Outputs outputs) {
        final Session alone = Session.of(opened++, value);
        Session joined = alone;
        for (final Session session : open) {
            if (session.isNear(alone)) {
                joined = joined.with(session);
            }
        }
        if (joined == alone && alone.isFinal(watermarkNs)) {
            outputs.add(LATE, value.output());
        } else {
            open.removeIf(session -> session.isNear(alone));
            open.add(joined);
        }
    }
}
