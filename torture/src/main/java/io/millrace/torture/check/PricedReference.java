package io.millrace.torture.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * Gives each order the rate of its account that held at its event time: the latest that is at most a second older and not younger, of
 * several of one time the last. Nothing is late, so it does not matter how orders and rates have met. The orders of an account come by
 * their event times.
 */
final class PricedReference implements Reference {
    private static final long TOLERANCE_NS = InputFormula.SECOND;

    private final String output;
    private final TreeMap<Long, List<StoredRecord>> orders = new TreeMap<>();
    private final TreeMap<Long, List<StoredRecord>> rates = new TreeMap<>();
    private int topic;

    PricedReference(final String output) {
        this.output = output;
    }

    @Override
    public void beginPartition(final int newTopic) {
        topic = newTopic;
    }

    @Override
    public void take(final StoredRecord record, final Outputs outputs) {
        if (record.kind() == StoredRecord.Kind.DATA) {
            (topic == EnrichInput.RATES ? rates : orders)
                    .computeIfAbsent(OutputRecord.longAt(record.key(), 0), account -> new ArrayList<>())
                    .add(record);
        }
    }

    @Override
    public void finish(final Outputs outputs) {
        orders.forEach((account, ofAccount) -> {
            // Sorting keeps the order of those of one time.
            ofAccount.sort(Comparator.comparingLong(StoredRecord::eventTimeNs));
            for (final StoredRecord order : ofAccount) {
                outputs.add(output, priced(order, rates.getOrDefault(account, List.of())));
            }
        });
    }

    private static OutputRecord priced(final StoredRecord order, final List<StoredRecord> candidates) {
        StoredRecord best = null;
        for (final StoredRecord rate : candidates) {
            final long ageNs = order.eventTimeNs() - rate.eventTimeNs();
            if (ageNs >= 0 && ageNs <= TOLERANCE_NS && (best == null || rate.eventTimeNs() >= best.eventTimeNs())) {
                best = rate;
            }
        }
        return OutputRecord.data(
                order.eventTimeNs(),
                order.key(),
                OutputRecord.longs(
                        OutputRecord.longAt(order.value(), 0),
                        OutputRecord.longAt(order.value(), 1),
                        best == null ? RateHistory.NOBODY : OutputRecord.longAt(best.value(), 0),
                        best == null ? RateHistory.NOBODY : OutputRecord.longAt(best.value(), 1)));
    }
}
