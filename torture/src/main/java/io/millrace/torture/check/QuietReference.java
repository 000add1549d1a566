package io.millrace.torture.check;

import java.util.List;

/** An amount of more than 700 behind which none of at most 300 comes for 300 ms. */
final class QuietReference extends SequenceReference {
    static final String QUIET = "quiet";

    QuietReference() {
        super(300 * InputFormula.MS);
    }

    @Override
    boolean begins(final Seen value) {
        return value.amount() > 700;
    }

    @Override
    void show(final Seen value, final List<Partial> ofAccount, final Outputs outputs) {
        if (value.amount() <= 300) {
            ofAccount.clear();
        }
    }

    // What has begun before is due before, and has come to its end; what has begun later stays.
    @Override
    void onEnd(final Partial partial, final long timeNs, final Outputs outputs) {
        outputs.add(
                QUIET,
                OutputRecord.data(
                        timeNs,
                        OutputRecord.longs(partial.first.account()),
                        OutputRecord.longs(partial.first.id(), partial.first.timeNs())));
    }
}
