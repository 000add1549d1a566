package io.millrace.testkit.conformance;

import java.util.List;

/** What a part of a topology means. At each record all parts learn of the clock, then of the watermark, then of the value. */
interface Meaning {
    /**
     * A value on its way.
     *
     * @param key     empty for none.
     * @param timeNs  event time, in ns since the epoch.
     * @param text    the value.
     * @param knownNs the watermark by which it is judged.
     */
    record Item(String key, long timeNs, String text, long knownNs) {
        Item under(final String newKey) {
            return new Item(newKey, timeNs, text, knownNs);
        }

        Item with(final String newText) {
            return new Item(key, timeNs, newText, knownNs);
        }
    }

    void take(Moment moment, Item item);

    default void onClock(final Moment moment) {}

    default void onWatermark(final Moment moment) {}

    /** Applies it to the whole of a partition. */
    static void apply(final Meaning meaning, final List<Moment> moments) {
        for (final Moment moment : moments) {
            meaning.onClock(moment);
            meaning.onWatermark(moment);
            if (moment.isValue()) {
                meaning.take(
                        moment,
                        new Item(
                                moment.entry().key(),
                                moment.entry().eventTimeNs(),
                                moment.entry().value(),
                                moment.watermarkNs()));
            }
        }
    }

    /** Hands everything to several others. */
    static Meaning all(final List<Meaning> each) {
        return new Meaning() {
            @Override
            public void take(final Moment moment, final Item item) {
                each.forEach(one -> one.take(moment, item));
            }

            @Override
            public void onClock(final Moment moment) {
                each.forEach(one -> one.onClock(moment));
            }

            @Override
            public void onWatermark(final Moment moment) {
                each.forEach(one -> one.onWatermark(moment));
            }
        };
    }
}
