package io.millrace.perf.streams;

import io.millrace.log.LogStore;
import io.millrace.log.ProducerAppender;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import io.millrace.perf.compare.latency.Pace;
import io.millrace.perf.streams.codec.MessageHeaderEncoder;
import io.millrace.perf.streams.codec.TradeEncoder;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/** Appends {@link RecoveryTrades}, from the first that the log does not have on. Event time tells a trade's number. */
final class RecoveryFeed {
    private static final long STEP_NS = 1_000;
    private static final int LENGTH = MessageHeaderEncoder.ENCODED_LENGTH + TradeEncoder.BLOCK_LENGTH;

    private final UnsafeBuffer key = new UnsafeBuffer(new byte[Long.BYTES]);
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[LENGTH]);
    private final TradeEncoder trade = new TradeEncoder();
    private final ProducerAppender appender;
    private final int keys;
    private long next;
    private long paced;

    RecoveryFeed(final LogStore store, final int keys) {
        this.appender = store.topic(TradeFeed.TRADES).partition(0).producer(store.producerId("feed"));
        this.keys = keys;
        this.next = appender.lastSequence() + 1;
        trade.wrapAndApplyHeader(message, 0, new MessageHeaderEncoder());
    }

    static long number(final long eventTimeNs) {
        return (eventTimeNs - TradeFeed.START_NS) / STEP_NS;
    }

    /** Number of the next trade. */
    long next() {
        return next;
    }

    void append() {
        final long instrumentId = RecoveryTrades.instrumentId(keys, next);
        key.putLong(0, instrumentId, ByteOrder.LITTLE_ENDIAN);
        trade.instrumentId(instrumentId).price(RecoveryTrades.price(next)).quantity(RecoveryTrades.quantity(next));
        final long eventTimeNs = TradeFeed.START_NS + next * STEP_NS;
        long outcome;
        do {
            outcome = appender.append(next, RecordKind.DATA, eventTimeNs, key, 0, Long.BYTES, message, 0, LENGTH);
        } while (outcome == Outcome.BACK_PRESSURED);
        if (outcome < 0) {
            throw new IllegalStateException(Outcome.name(outcome));
        }
        next++;
    }

    /** Appends what is due by now. */
    void appendDue(final Pace pace) {
        final int due = pace.dueAt(System.nanoTime());
        for (; paced < due; paced++) {
            append();
        }
    }
}
