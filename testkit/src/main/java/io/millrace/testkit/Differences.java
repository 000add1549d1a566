package io.millrace.testkit;

import io.millrace.operators.codec.Codec;
import java.util.List;

/** Compares the records of two runs. */
final class Differences {
    private static final String NONE = "no record";

    private Differences() {}

    /** Fails at the first record that is not the same in both runs. */
    static void check(
            final String what,
            final String topic,
            final int partition,
            final List<RawRecord> expected,
            final List<RawRecord> actual,
            final Codec<?> codec) {
        final int count = Math.max(expected.size(), actual.size());
        for (int i = 0; i < count; i++) {
            final RawRecord before = i < expected.size() ? expected.get(i) : null;
            final RawRecord now = i < actual.size() ? actual.get(i) : null;
            if (before == null || now == null || !before.hasContentOf(now)) {
                throw new AssertionError(what + ": topic=" + topic + " partition=" + partition + " record=" + i
                        + ": was <" + describe(before, codec) + ">, is <" + describe(now, codec) + ">");
            }
        }
    }

    private static String describe(final RawRecord record, final Codec<?> codec) {
        return record == null ? NONE : record.describe(codec);
    }
}
