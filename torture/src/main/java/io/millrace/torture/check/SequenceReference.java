package io.millrace.torture.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * Looks for a sequence among the amounts of an account. Values are seen in the order of their event times, those of one time as they
 * came, when the watermark is behind them; one that is behind the watermark when it comes is late. Each value that may begin a
 * sequence begins one. What is due at a time is looked at when all values of that time were seen, of one time what began first.
 */
abstract class SequenceReference extends SourceReference {
    private static final long DISORDER_NS = 100 * InputFormula.MS;

    /** A value that waits to be seen. */
    record Seen(long timeNs, long number, long account, long id, long amount) {}

    /** A sequence that has begun. */
    static final class Partial {
        final Seen first;
        final long beginning;
        final List<Seen> taken = new ArrayList<>();

        Partial(final Seen first, final long beginning) {
            this.first = first;
            this.beginning = beginning;
            taken.add(first);
        }
    }

    private final long withinNs;
    private List<Seen> waiting;
    private TreeMap<Long, List<Partial>> partials;
    private long arrived;
    private long seen;

    SequenceReference(final long withinNs) {
        super(DISORDER_NS);
        this.withinNs = withinNs;
    }

    @Override
    final void begin() {
        waiting = new ArrayList<>();
        partials = new TreeMap<>();
        arrived = 0;
        seen = 0;
    }

    @Override
    final void onValue(final StoredRecord value, final long clockNs, final long watermarkNs, final Outputs outputs) {
        if (value.eventTimeNs() < watermarkNs) {
            outputs.add(LATE, value.output());
            return;
        }
        waiting.add(new Seen(
                value.eventTimeNs(),
                arrived++,
                OutputRecord.longAt(value.key(), 0),
                OutputRecord.longAt(value.value(), 0),
                OutputRecord.longAt(value.value(), 1)));
    }

    @Override
    final void onWatermark(final long beforeNs, final long watermarkNs, final Outputs outputs) {
        waiting.sort(Comparator.comparingLong(Seen::timeNs).thenComparingLong(Seen::number));
        while (true) {
            final Seen value = waiting.isEmpty() ? null : waiting.get(0);
            final Partial due = firstDue();
            final long valueNs = value == null ? Long.MAX_VALUE : value.timeNs;
            final long dueNs = due == null ? Long.MAX_VALUE : due.first.timeNs + withinNs;
            if (Math.min(valueNs, dueNs) >= watermarkNs) {
                return;
            }
            if (valueNs <= dueNs) {
                waiting.remove(0);
                see(value, seen++, outputs);
            } else {
                look(due, partials.get(due.first.account), outputs);
            }
        }
    }

    private Partial firstDue() {
        Partial first = null;
        for (final List<Partial> ofAccount : partials.values()) {
            // Those that began first are due first.
            if (!ofAccount.isEmpty()
                    && (first == null
                            || ofAccount.get(0).first.timeNs < first.first.timeNs
                            || ofAccount.get(0).first.timeNs == first.first.timeNs
                                    && ofAccount.get(0).beginning < first.beginning)) {
                first = ofAccount.get(0);
            }
        }
        return first;
    }

    private void see(final Seen value, final long number, final Outputs outputs) {
        final List<Partial> ofAccount = partials.computeIfAbsent(value.account, account -> new ArrayList<>());
        show(value, ofAccount, outputs);
        if (begins(value)) {
            ofAccount.add(new Partial(value, number));
        }
    }

    /** The time of a partial match is over. */
    private void look(final Partial due, final List<Partial> ofAccount, final Outputs outputs) {
        ofAccount.remove(due);
        onEnd(due, due.first.timeNs + withinNs, outputs);
    }

    /** Whether a sequence begins with a value. */
    abstract boolean begins(Seen value);

    /** Shows a value to what has begun before, the oldest first. */
    abstract void show(Seen value, List<Partial> ofAccount, Outputs outputs);

    /** The time of what has begun is over, and all values up to then were seen. */
    abstract void onEnd(Partial partial, long timeNs, Outputs outputs);
}
