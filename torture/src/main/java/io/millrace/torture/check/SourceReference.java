package io.millrace.torture.check;

/**
 * A topology of one stage, whose tasks read one partition each. At each record first the clock goes on, then the watermark, and
 * then the value is seen; when the watermark has come to its end, nothing more is taken.
 */
abstract class SourceReference implements Reference {
    private final long disorderNs;
    private final boolean isTable;
    private SourceClock clock;

    SourceReference(final long disorderNs) {
        this(disorderNs, false);
    }

    /** That of a table sees deletes as well. */
    SourceReference(final long disorderNs, final boolean isTable) {
        this.disorderNs = disorderNs;
        this.isTable = isTable;
    }

    @Override
    public final void beginPartition(final int topic) {
        clock = new SourceClock(disorderNs, SourceClock.NEVER, isTable);
        begin();
    }

    @Override
    public final void take(final StoredRecord record, final Outputs outputs) {
        if (clock.hasEnded() || record.kind() == StoredRecord.Kind.PRODUCER) {
            return;
        }
        final long beforeNs = clock.watermarkNs();
        onClock(clock.clock(record), beforeNs, outputs);
        final long watermarkNs = clock.watermark(record);
        if (watermarkNs > beforeNs) {
            onWatermark(beforeNs, watermarkNs, outputs);
        }
        if (record.kind() == StoredRecord.Kind.DATA || isTable && record.kind() == StoredRecord.Kind.TOMBSTONE) {
            onValue(record, clock.clock(record), watermarkNs, outputs);
        }
    }

    @Override
    public void finish(final Outputs outputs) {
        // What is open at the end of the input was made at its last watermark.
    }

    /** Forgets all that was of another partition. */
    abstract void begin();

    /** Log time has come to a point, the watermark being where it was. */
    void onClock(final long clockNs, final long watermarkNs, final Outputs outputs) {}

    /** The watermark has risen. */
    void onWatermark(final long beforeNs, final long watermarkNs, final Outputs outputs) {}

    /** A value has come, or for a table the delete of a key. */
    abstract void onValue(StoredRecord value, long clockNs, long watermarkNs, Outputs outputs);
}
