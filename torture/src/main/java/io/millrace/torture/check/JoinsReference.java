package io.millrace.torture.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * An outer join of the odd amounts of an account, the left side, with its even ones. They are a pair when the even one is at most
 * 80 ms earlier and 120 ms later. Time is closed up to the watermark less the grace: what has an earlier event time is late, and
 * a value that can find no partner from there on goes alone if it has found none before.
 */
final class JoinsReference extends SourceReference {
    /** The pairs alone, as an inner join makes them. */
    static final String INNER = "inner";

    private static final long DISORDER_NS = 100 * InputFormula.MS;
    private static final long BEFORE_NS = 80 * InputFormula.MS;
    private static final long AFTER_NS = 120 * InputFormula.MS;
    private static final long GRACE_NS = 50 * InputFormula.MS;
    private static final long NOBODY = -1;

    /** A value that may still find a partner. */
    private static final class Row {
        private final long number;
        private final byte[] key;
        private final long timeNs;
        private final long id;
        private final long amount;
        private boolean hasMet;

        Row(final long number, final StoredRecord value) {
            this.number = number;
            this.key = value.key();
            this.timeNs = value.eventTimeNs();
            this.id = OutputRecord.longAt(value.value(), 0);
            this.amount = OutputRecord.longAt(value.value(), 1);
        }

        boolean isLeft() {
            return amount % 2 != 0;
        }

        // The latest event time of a partner.
        long deadlineNs() {
            return timeNs + (isLeft() ? AFTER_NS : BEFORE_NS);
        }

        boolean isPartnerOf(final Row other) {
            if (isLeft() == other.isLeft() || !Arrays.equals(key, other.key)) {
                return false;
            }
            final Row left = isLeft() ? this : other;
            final Row right = isLeft() ? other : this;
            return right.timeNs >= left.timeNs - BEFORE_NS && right.timeNs <= left.timeNs + AFTER_NS;
        }

        OutputRecord with(final Row other) {
            return result(Math.max(timeNs, other.timeNs), isLeft() ? this : other, isLeft() ? other : this);
        }

        OutputRecord alone() {
            return result(deadlineNs(), isLeft() ? this : null, isLeft() ? null : this);
        }

        private OutputRecord result(final long eventTimeNs, final Row left, final Row right) {
            return OutputRecord.data(
                    eventTimeNs,
                    key,
                    OutputRecord.longs(
                            left == null ? NOBODY : left.id,
                            left == null ? NOBODY : left.amount,
                            right == null ? NOBODY : right.id,
                            right == null ? NOBODY : right.amount));
        }
    }

    private List<Row> open;
    private long arrived;

    JoinsReference() {
        super(DISORDER_NS);
    }

    @Override
    void begin() {
        open = new ArrayList<>();
        arrived = 0;
    }

    private static long closedNs(final long watermarkNs) {
        return watermarkNs == SourceClock.NONE || watermarkNs == SourceClock.END ? watermarkNs : watermarkNs - GRACE_NS;
    }

    @Override
    void onWatermark(final long beforeNs, final long watermarkNs, final Outputs outputs) {
        final long closedNs = closedNs(watermarkNs);
        final List<Row> leaving = new ArrayList<>();
        for (final Row row : open) {
            if (row.deadlineNs() < closedNs) {
                leaving.add(row);
            }
        }
        if (!leaving.isEmpty()) {
            open.removeIf(row -> row.deadlineNs() < closedNs);
            leaving.removeIf(row -> row.hasMet);
            leaving.sort(Comparator.comparingLong(Row::deadlineNs).thenComparingLong(row -> row.number));
            leaving.forEach(row -> outputs.add(OUT, row.alone()));
        }
    }

    @Override
    void onValue(final StoredRecord value, final long clockNs, final long watermarkNs, final Outputs outputs) {
        if (value.eventTimeNs() < closedNs(watermarkNs)) {
            outputs.add(LATE, value.output());
            return;
        }
        final Row row = new Row(arrived++, value);
        final List<Row> partners = new ArrayList<>();
        for (final Row other : open) {
            if (row.isPartnerOf(other)) {
                partners.add(other);
            }
        }
        partners.sort(Comparator.<Row>comparingLong(other -> other.timeNs).thenComparingLong(other -> other.number));
        for (final Row partner : partners) {
            row.hasMet = true;
            partner.hasMet = true;
            outputs.add(OUT, row.with(partner));
            outputs.add(INNER, row.with(partner));
        }
        open.add(row);
    }
}
