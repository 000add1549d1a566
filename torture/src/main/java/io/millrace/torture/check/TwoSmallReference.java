package io.millrace.torture.check;

import java.util.List;

/**
 * Two amounts of at most 400, and behind them, before one that ends in 0, one of more than 600, all of it within 800 ms. A match
 * drops all else of its account that has begun.
 */
final class TwoSmallReference extends SequenceReference {
    static final String TIMED_OUT = "timed-out";

    TwoSmallReference() {
        super(800 * InputFormula.MS);
    }

    @Override
    boolean begins(final Seen value) {
        return value.amount() <= 400;
    }

    @Override
    void show(final Seen value, final List<Partial> ofAccount, final Outputs outputs) {
        for (final Partial partial : List.copyOf(ofAccount)) {
            if (partial.taken.size() < 2) {
                if (value.amount() <= 400) {
                    partial.taken.add(value);
                }
            } else if (value.amount() % 10 == 0) {
                ofAccount.remove(partial);
            } else if (value.amount() > 600) {
                partial.taken.add(value);
                outputs.add(OUT, result(partial, value.timeNs()));
                ofAccount.clear();
                return;
            }
        }
    }

    @Override
    void onEnd(final Partial partial, final long timeNs, final Outputs outputs) {
        outputs.add(TIMED_OUT, result(partial, timeNs));
    }

    private static OutputRecord result(final Partial partial, final long timeNs) {
        final List<Seen> taken = partial.taken;
        return OutputRecord.data(
                timeNs,
                OutputRecord.longs(partial.first.account()),
                OutputRecord.longs(
                        Math.min(2, taken.size()),
                        partial.first.id(),
                        taken.get(Math.min(2, taken.size()) - 1).id(),
                        taken.size() < 3 ? -1 : taken.get(2).id(),
                        partial.first.timeNs(),
                        taken.get(taken.size() - 1).timeNs()));
    }
}
