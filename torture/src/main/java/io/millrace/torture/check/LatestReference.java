package io.millrace.torture.check;

import java.util.Map;
import java.util.TreeMap;

/**
 * Gives each odd amount the latest even one of its account that is not behind it and at most 200 ms older, of several of one time
 * the last, of those that came before it in the log. Time is closed up to the watermark less 50 ms of grace. An odd amount with an
 * earlier event time is left out; an even one counts no more when one that is not older is known over which time has closed, or
 * when it is too old by then.
 */
final class LatestReference extends SourceReference {
    static final String LATEST = "latest";

    private static final long DISORDER_NS = 100 * InputFormula.MS;
    private static final long TOLERANCE_NS = 200 * InputFormula.MS;
    private static final long GRACE_NS = 50 * InputFormula.MS;
    private static final long NOBODY = -1;

    private Map<Long, TreeMap<Long, StoredRecord>> even;

    LatestReference() {
        super(DISORDER_NS);
    }

    @Override
    void begin() {
        even = new TreeMap<>();
    }

    @Override
    void onValue(final StoredRecord value, final long clockNs, final long watermarkNs, final Outputs outputs) {
        final boolean isBehind = watermarkNs != SourceClock.NONE && value.eventTimeNs() < watermarkNs - GRACE_NS;
        final TreeMap<Long, StoredRecord> ofAccount =
                even.computeIfAbsent(OutputRecord.longAt(value.key(), 0), account -> new TreeMap<>());
        if (amount(value) % 2 != 0) {
            if (!isBehind) {
                outputs.add(LATEST, answer(value, ofAccount.floorEntry(value.eventTimeNs())));
            }
        } else if (!isBehind || !isLate(value, watermarkNs - GRACE_NS, ofAccount)) {
            ofAccount.put(value.eventTimeNs(), value);
        }
    }

    private static boolean isLate(
            final StoredRecord value, final long closedNs, final TreeMap<Long, StoredRecord> ofAccount) {
        final Long known = ofAccount.lowerKey(closedNs);
        return closedNs - value.eventTimeNs() > TOLERANCE_NS || known != null && known >= value.eventTimeNs();
    }

    private static OutputRecord answer(final StoredRecord value, final Map.Entry<Long, StoredRecord> latest) {
        final boolean hasOne = latest != null && value.eventTimeNs() - latest.getKey() <= TOLERANCE_NS;
        return OutputRecord.data(
                value.eventTimeNs(),
                value.key(),
                OutputRecord.longs(
                        id(value),
                        amount(value),
                        hasOne ? id(latest.getValue()) : NOBODY,
                        hasOne ? amount(latest.getValue()) : NOBODY));
    }

    private static long id(final StoredRecord value) {
        return OutputRecord.longAt(value.value(), 0);
    }

    private static long amount(final StoredRecord value) {
        return OutputRecord.longAt(value.value(), 1);
    }
}
