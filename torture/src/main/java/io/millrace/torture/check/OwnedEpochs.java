package io.millrace.torture.check;

import java.util.TreeMap;

/** Who owned a partition under which number, and since when that is known. */
final class OwnedEpochs {
    private static final long NONE = -1;

    private final TreeMap<Long, Owner> owners = new TreeMap<>();
    private final TreeMap<Long, Long> latest = new TreeMap<>();

    /** A member under a number of its own. */
    private record Owner(long member, long sinceNs) {}

    void onAssigned(final MemberEntry entry, final HistoryFindings findings) {
        final Owner owner = owners.get(entry.number());
        if (owner != null && owner.member() != entry.member()) {
            findings.doubled(
                    "a partition has two owners at once: " + entry.describe() + " and member=" + owner.member());
        } else if (owner == null || entry.timeNs() < owner.sinceNs()) {
            owners.put(entry.number(), new Owner(entry.member(), entry.timeNs()));
        }
    }

    /** Makes it searchable when all are known. */
    void conclude() {
        owners.forEach((epoch, owner) -> latest.merge(owner.sinceNs(), epoch, Math::max));
        long largest = NONE;
        for (final var entry : latest.entrySet()) {
            largest = Math.max(largest, entry.getValue());
            entry.setValue(largest);
        }
    }

    /** The largest number under which somebody knew to own it at a time; -1 for none. */
    long latestBefore(final long timeNs) {
        final var entry = latest.lowerEntry(timeNs);
        return entry == null ? NONE : entry.getValue();
    }
}
