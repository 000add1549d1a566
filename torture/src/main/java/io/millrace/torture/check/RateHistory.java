package io.millrace.torture.check;

import java.util.ArrayList;
import java.util.List;

/** What the table of rates has held for one account, by the number of the record of its partition from which on it held. */
final class RateHistory {
    static final long NOBODY = -1;
    static final long NEVER = Long.MIN_VALUE;

    /** A rate, or that there is none. */
    private record Version(long index, long id, long amount) {}

    private final int partition;
    private final List<Version> versions = new ArrayList<>();

    RateHistory(final int partition) {
        this.partition = partition;
        versions.add(new Version(-1, NOBODY, NOBODY));
    }

    int partition() {
        return partition;
    }

    void add(final long index, final StoredRecord rate) {
        final boolean isDelete = rate.kind() == StoredRecord.Kind.TOMBSTONE;
        versions.add(new Version(
                index,
                isDelete ? NOBODY : OutputRecord.longAt(rate.value(), 0),
                isDelete ? NOBODY : OutputRecord.longAt(rate.value(), 1)));
    }

    /** The first record of the partition, from one on, behind which a rate held; -1 for before all. */
    long firstFrom(final long index, final long id) {
        final int current = at(index);
        for (int i = current; i < versions.size(); i++) {
            if (versions.get(i).id == id) {
                return Math.max(index, versions.get(i).index);
            }
        }
        return NEVER;
    }

    /** Number and amount of the rate that held behind a record of the partition. */
    long[] rate(final long index) {
        final Version version = versions.get(at(index));
        return new long[] {version.id, version.amount};
    }

    private int at(final long index) {
        int low = 0;
        int high = versions.size() - 1;
        while (low < high) {
            final int middle = (low + high + 1) >>> 1;
            if (versions.get(middle).index <= index) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}
