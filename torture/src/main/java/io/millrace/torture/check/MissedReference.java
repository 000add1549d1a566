package io.millrace.torture.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * What did not come. Unmet are odd amounts for which none of the even ones of their account is at most 50 ms earlier and 100 ms later,
 * with 50 ms of grace; silent is the last value of an account before 400 ms of nothing, both ends included. What is late counts nowhere.
 * Whoever comes in time comes before it is told that he has not, so all of it may be told at the end.
 */
final class MissedReference extends SourceReference {
    static final String UNMET = "unmet";
    static final String SILENT = "silent";

    private static final long DISORDER_NS = 100 * InputFormula.MS;
    private static final long BEFORE_NS = 50 * InputFormula.MS;
    private static final long AFTER_NS = 100 * InputFormula.MS;
    private static final long GRACE_NS = 50 * InputFormula.MS;
    private static final long SILENCE_NS = 400 * InputFormula.MS;

    private List<StoredRecord> odd;
    private TreeMap<Long, List<StoredRecord>> even;
    private TreeMap<Long, List<StoredRecord>> heard;

    MissedReference() {
        super(DISORDER_NS);
    }

    @Override
    void begin() {
        odd = new ArrayList<>();
        even = new TreeMap<>();
        heard = new TreeMap<>();
    }

    private static long account(final StoredRecord value) {
        return OutputRecord.longAt(value.key(), 0);
    }

    @Override
    void onValue(final StoredRecord value, final long clockNs, final long watermarkNs, final Outputs outputs) {
        if (value.eventTimeNs() >= watermarkNs) {
            heard.computeIfAbsent(account(value), account -> new ArrayList<>()).add(value);
        }
        if (watermarkNs == SourceClock.NONE || value.eventTimeNs() >= watermarkNs - GRACE_NS) {
            if (OutputRecord.longAt(value.value(), 1) % 2 != 0) {
                odd.add(value);
            } else {
                even.computeIfAbsent(account(value), account -> new ArrayList<>())
                        .add(value);
            }
        }
    }

    @Override
    void onWatermark(final long beforeNs, final long watermarkNs, final Outputs outputs) {
        if (watermarkNs != SourceClock.END) {
            return;
        }
        // Sorting keeps the order of those of one time.
        odd.sort(Comparator.comparingLong(StoredRecord::eventTimeNs));
        for (final StoredRecord value : odd) {
            if (!isMet(value)) {
                outputs.add(UNMET, OutputRecord.data(value.eventTimeNs() + AFTER_NS, value.key(), value.value()));
            }
        }
        heard.values().forEach(ofAccount -> tellSilences(ofAccount, outputs));
    }

    private boolean isMet(final StoredRecord value) {
        for (final StoredRecord other : even.getOrDefault(account(value), List.of())) {
            if (other.eventTimeNs() >= value.eventTimeNs() - BEFORE_NS
                    && other.eventTimeNs() <= value.eventTimeNs() + AFTER_NS) {
                return true;
            }
        }
        return false;
    }

    private static void tellSilences(final List<StoredRecord> ofAccount, final Outputs outputs) {
        ofAccount.sort(Comparator.comparingLong(StoredRecord::eventTimeNs));
        for (int i = 0; i < ofAccount.size(); i++) {
            final StoredRecord last = ofAccount.get(i);
            if (i == ofAccount.size() - 1 || ofAccount.get(i + 1).eventTimeNs() - last.eventTimeNs() > SILENCE_NS) {
                outputs.add(SILENT, OutputRecord.data(last.eventTimeNs() + SILENCE_NS, last.key(), last.value()));
            }
        }
    }
}
