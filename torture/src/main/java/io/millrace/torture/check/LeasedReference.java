package io.millrace.torture.check;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The last value of each account, until it is deleted, or until nothing has come for it for 60 ms of the partition's clock. A value like the
 * one before is no change, and lengthens its life. The end of a life has the largest event time that any value or delete of a
 * living account had so far, or the watermark if that is later. In which order lives end that end at one moment is not said.
 */
final class LeasedReference extends SourceReference {
    static final String LEASED = "leased";

    private static final long DISORDER_NS = 100 * InputFormula.MS;
    private static final long LIFE_NS = 60 * InputFormula.MS;

    private record Lease(byte[] value, long endNs) {}

    private TreeMap<Long, Lease> leases;
    private long largestNs;

    LeasedReference() {
        super(DISORDER_NS, true);
    }

    @Override
    void begin() {
        leases = new TreeMap<>();
        largestNs = SourceClock.NONE;
    }

    @Override
    void onClock(final long clockNs, final long watermarkNs, final Outputs outputs) {
        final List<Long> ended = new ArrayList<>();
        for (final Map.Entry<Long, Lease> lease : leases.entrySet()) {
            if (lease.getValue().endNs <= clockNs) {
                ended.add(lease.getKey());
            }
        }
        for (final Long account : ended) {
            leases.remove(account);
            outputs.add(LEASED, OutputRecord.delete(Math.max(largestNs, watermarkNs), OutputRecord.longs(account)));
        }
    }

    @Override
    void onValue(final StoredRecord value, final long clockNs, final long watermarkNs, final Outputs outputs) {
        final long account = OutputRecord.longAt(value.key(), 0);
        final boolean isValue = value.kind() == StoredRecord.Kind.DATA;
        final Lease before =
                isValue ? leases.put(account, new Lease(value.value(), clockNs + LIFE_NS)) : leases.remove(account);
        if (isValue || before != null) {
            largestNs = Math.max(largestNs, value.eventTimeNs());
        }
        final boolean isSame =
                isValue && before != null && ByteBuffer.wrap(before.value).equals(ByteBuffer.wrap(value.value()));
        if (!isSame && (isValue || before != null)) {
            outputs.add(LEASED, value.output());
        }
    }
}
