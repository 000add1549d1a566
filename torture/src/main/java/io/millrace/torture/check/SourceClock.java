package io.millrace.torture.check;

import io.millrace.torture.check.StoredRecord.Kind;

/**
 * How time passes in a partition that a job reads, found from its records alone: the clock is the largest log time so far; the
 * watermark is the largest event time so far less the bound on disorder, or what a watermark record says. When nothing but ticks
 * has come for longer than the idle time, the watermark goes on with the clock.
 */
final class SourceClock {
    static final long NONE = Long.MIN_VALUE;
    static final long END = Long.MAX_VALUE;

    /** No silence is ever long enough. */
    static final long NEVER = Long.MAX_VALUE;

    private final long disorderNs;
    private final long idleAfterNs;
    private final boolean hasDeletes;
    private long clockNs = NONE;
    private long spokenNs = NONE;
    private long watermarkNs = NONE;
    private boolean hasBegun;
    private long silentSinceNs;

    SourceClock(final long disorderNs, final long idleAfterNs) {
        this(disorderNs, idleAfterNs, false);
    }

    /** That of a table counts deletes as well. */
    SourceClock(final long disorderNs, final long idleAfterNs, final boolean hasDeletes) {
        this.disorderNs = disorderNs;
        this.idleAfterNs = idleAfterNs;
        this.hasDeletes = hasDeletes;
    }

    /** Moves the clock; before the watermark is looked at. */
    long clock(final StoredRecord record) {
        clockNs = Math.max(clockNs, record.logTimeNs());
        return clockNs;
    }

    /** The watermark with this record counted. */
    long watermark(final StoredRecord record) {
        switch (record.kind()) {
            case Kind.DATA, Kind.TOMBSTONE -> {
                if (record.kind() == Kind.TOMBSTONE && !hasDeletes) {
                    return watermarkNs;
                }
                spokenNs = Math.max(spokenNs, record.eventTimeNs() - disorderNs);
                listen();
            }
            case Kind.WATERMARK -> {
                spokenNs = Math.max(spokenNs, record.eventTimeNs());
                listen();
            }
            case Kind.TICK -> onTick();
            default -> {
                // Says nothing about time.
            }
        }
        watermarkNs = Math.max(watermarkNs, spokenNs);
        return watermarkNs;
    }

    private void listen() {
        hasBegun = true;
        silentSinceNs = clockNs;
    }

    private void onTick() {
        if (!hasBegun) {
            listen();
            return;
        }
        final long silenceNs = clockNs - silentSinceNs;
        if (idleAfterNs != NEVER && silenceNs >= idleAfterNs && spokenNs != NONE) {
            watermarkNs = Math.max(watermarkNs, spokenNs + silenceNs - idleAfterNs);
        }
    }

    long watermarkNs() {
        return watermarkNs;
    }

    boolean hasEnded() {
        return watermarkNs == END;
    }
}
