package io.millrace.torture.check;

import java.util.TreeMap;

/**
 * Of each account the value with the latest event time, of equal ones the last. A delete counts as a value does, and its time is
 * remembered. An earlier value is late; an earlier delete is nothing.
 */
final class TimedReference extends SourceReference {
    static final String TIMED = "timed";

    private static final long DISORDER_NS = 100 * InputFormula.MS;

    private record Entry(long timeNs, boolean hasValue) {}

    private TreeMap<Long, Entry> entries;

    TimedReference() {
        super(DISORDER_NS, true);
    }

    @Override
    void begin() {
        entries = new TreeMap<>();
    }

    // No value is like the one before, since each has its number.
    @Override
    void onValue(final StoredRecord value, final long clockNs, final long watermarkNs, final Outputs outputs) {
        final boolean isValue = value.kind() == StoredRecord.Kind.DATA;
        final long account = OutputRecord.longAt(value.key(), 0);
        final Entry before = entries.get(account);
        if (before != null && value.eventTimeNs() < before.timeNs) {
            if (isValue) {
                outputs.add(LATE, value.output());
            }
            return;
        }
        entries.put(account, new Entry(value.eventTimeNs(), isValue));
        if (isValue || before != null && before.hasValue) {
            outputs.add(TIMED, value.output());
        }
    }
}
