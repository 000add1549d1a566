package io.millrace.torture.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Orders that are joined with the table of rates where they meet it. How far the table had come at an order is decided in the
 * exchange that both share, which is truncated, so what was written is asked: an order may have any rate of its account that held at
 * some moment, if there is one moment for each order such that none goes back behind that of an order of the same account before
 * it, for all rates of one partition together. Each order is there once, and where no such moment is left, it must have the
 * rate that held at the last one.
 */
final class MeetingReference implements Reference {
    /** Of which account an order wants the rate, and whether it is written without one. */
    enum Kind {
        LEFT,
        INNER,
        LOOKED_UP;

        private long account(final StoredRecord order) {
            return this == LOOKED_UP ? OutputRecord.longAt(order.value(), 1) % 50 : OutputRecord.longAt(order.key(), 0);
        }
    }

    private static final int RATE = 2;

    private final Kind kind;
    private final String output;
    private final Iterable<OutputRecord> written;
    private final TreeMap<Long, List<StoredRecord>> orders = new TreeMap<>();
    private final Map<Long, RateHistory> histories = new HashMap<>();
    private final RateHistory none = new RateHistory(0);
    private int topic;
    private int partition = -1;
    private int partitions;
    private long index;

    MeetingReference(final Kind kind, final String output, final Iterable<OutputRecord> written) {
        this.kind = kind;
        this.output = output;
        this.written = written;
    }

    @Override
    public void beginPartition(final int newTopic) {
        partition = newTopic == topic ? partition + 1 : 0;
        partitions = Math.max(partitions, partition + 1);
        topic = newTopic;
        index = 0;
    }

    @Override
    public void take(final StoredRecord record, final Outputs outputs) {
        final boolean isData = record.kind() == StoredRecord.Kind.DATA;
        if (!isData && record.kind() != StoredRecord.Kind.TOMBSTONE) {
            return;
        }
        final long account = OutputRecord.longAt(record.key(), 0);
        if (topic == EnrichInput.RATES) {
            histories
                    .computeIfAbsent(account, each -> new RateHistory(partition))
                    .add(index++, record);
        } else if (isData) {
            orders.computeIfAbsent(account, each -> new ArrayList<>()).add(record);
        }
    }

    @Override
    public void finish(final Outputs outputs) {
        final Map<Long, Long> ratesWritten = new HashMap<>();
        for (final OutputRecord record : written) {
            if (record.value().length == 4 * Long.BYTES) {
                ratesWritten.putIfAbsent(
                        OutputRecord.longAt(record.value(), 0), OutputRecord.longAt(record.value(), RATE));
            }
        }
        for (final List<StoredRecord> ofAccount : orders.values()) {
            final long[] reached = new long[partitions];
            Arrays.fill(reached, -1);
            for (int i = 0; i < ofAccount.size(); i++) {
                meet(ofAccount, i, ratesWritten, reached);
                add(ofAccount.get(i), reached, outputs);
            }
        }
    }

    private RateHistory history(final StoredRecord order) {
        return histories.getOrDefault(kind.account(order), none);
    }

    private static long id(final StoredRecord order) {
        return OutputRecord.longAt(order.value(), 0);
    }

    /** Goes on to the moment of an order. */
    private void meet(
            final List<StoredRecord> ofAccount,
            final int number,
            final Map<Long, Long> ratesWritten,
            final long[] reached) {
        final StoredRecord order = ofAccount.get(number);
        final RateHistory history = history(order);
        final long from = reached[history.partition()];
        final Long rate = ratesWritten.get(id(order));
        final long moment;
        if (rate != null) {
            moment = history.firstFrom(from, rate);
        } else if (kind == Kind.INNER) {
            moment = firstWithout(ofAccount, number, ratesWritten, from);
        } else {
            return;
        }
        if (moment > from) {
            reached[history.partition()] = moment;
        }
    }

    /** The first moment without a rate from which the next order that is written can go on. */
    private long firstWithout(
            final List<StoredRecord> ofAccount, final int number, final Map<Long, Long> ratesWritten, final long from) {
        final RateHistory history = history(ofAccount.get(number));
        final long moment = history.firstFrom(from, RateHistory.NOBODY);
        for (int i = number + 1; i < ofAccount.size() && moment != RateHistory.NEVER; i++) {
            final Long next = ratesWritten.get(id(ofAccount.get(i)));
            if (next != null) {
                return history.firstFrom(moment, next) == RateHistory.NEVER ? RateHistory.NEVER : moment;
            }
        }
        return moment;
    }

    private void add(final StoredRecord order, final long[] reached, final Outputs outputs) {
        final RateHistory history = history(order);
        final long[] rate = history.rate(reached[history.partition()]);
        if (kind != Kind.INNER || rate[0] != RateHistory.NOBODY) {
            outputs.add(
                    output,
                    OutputRecord.data(
                            order.eventTimeNs(),
                            order.key(),
                            OutputRecord.longs(id(order), OutputRecord.longAt(order.value(), 1), rate[0], rate[1])));
        }
    }
}
