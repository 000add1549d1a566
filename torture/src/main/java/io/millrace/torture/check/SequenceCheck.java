package io.millrace.torture.check;

import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Follows the sequences of each producer in a partition: they are 0, 1, 2 and so on in the order of the log. In a partition whose
 * beginning was removed, the first that is seen is the beginning.
 */
final class SequenceCheck {
    private final String where;
    private final boolean isCut;
    private final Consumer<String> gaps;
    private final TreeMap<Integer, Long> nexts = new TreeMap<>();

    SequenceCheck(final String where, final boolean isCut, final Consumer<String> gaps) {
        this.where = where;
        this.isCut = isCut;
        this.gaps = gaps;
    }

    void take(final StoredRecord record) {
        if (record.producerId() == 0 || record.kind() == StoredRecord.Kind.PRODUCER) {
            return;
        }
        final Long expected = nexts.getOrDefault(record.producerId(), isCut ? record.sequence() : 0L);
        if (record.sequence() != expected) {
            gaps.accept("sequence " + record.sequence() + " follows where " + expected + " should: " + where
                    + " producer=" + record.producerId() + " position=" + record.position());
        }
        nexts.put(record.producerId(), record.sequence() + 1);
    }
}
