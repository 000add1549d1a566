package io.millrace.torture.check;

/** Keeps some records, and doubles their amounts. */
final class StatelessReference extends SourceReference {
    StatelessReference() {
        super(0);
    }

    @Override
    void begin() {
        // Nothing is kept.
    }

    @Override
    void onValue(final StoredRecord value, final long clockNs, final long watermarkNs, final Outputs outputs) {
        final long amount = OutputRecord.longAt(value.value(), 1);
        if (amount % 3 != 0) {
            final byte[] result = OutputRecord.longs(OutputRecord.longAt(value.value(), 0), amount * 2);
            outputs.add(OUT, OutputRecord.data(value.eventTimeNs(), value.key(), result));
        }
    }
}
