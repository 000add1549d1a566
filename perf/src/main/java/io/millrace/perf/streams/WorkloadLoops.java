package io.millrace.perf.streams;

import io.millrace.perf.compare.stream.ResultSum;
import io.millrace.perf.compare.stream.StreamWorkload;
import io.millrace.perf.streams.codec.MessageHeaderDecoder;
import io.millrace.perf.streams.codec.MessageHeaderEncoder;
import io.millrace.perf.streams.codec.NotionalDecoder;
import io.millrace.perf.streams.codec.TradeDecoder;
import io.millrace.perf.streams.codec.TradeEncoder;
import io.millrace.perf.streams.codec.VwapDecoder;
import io.millrace.streams.Topology;
import io.millrace.streams.Windows;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Each workload by hand and as a job of ours, and what has to come out. */
public final class WorkloadLoops {
    private WorkloadLoops() {}

    /**
     * Runs the plain loop of a workload over its first trades, in memory, with everything told at the end.
     *
     * @param workload to run.
     * @param trades   how many.
     * @return what every contender has to find, too.
     */
    public static ResultSum expected(final StreamWorkload workload, final int trades) {
        final ResultSum sum = new ResultSum();
        final TradeHandler loop = byHand(workload, new SummedOutput(workload, sum));
        final TradeDraw draw = new TradeDraw(workload);
        final UnsafeBuffer message =
                new UnsafeBuffer(new byte[MessageHeaderEncoder.ENCODED_LENGTH + TradeEncoder.BLOCK_LENGTH]);
        final TradeEncoder encoder = new TradeEncoder().wrapAndApplyHeader(message, 0, new MessageHeaderEncoder());
        final TradeDecoder decoder = new TradeDecoder();
        decoder.wrapAndApplyHeader(message, 0, new MessageHeaderDecoder());
        for (int i = 0; i < trades; i++) {
            draw.next();
            encoder.instrumentId(draw.instrumentId()).price(draw.price()).quantity(draw.quantity());
            loop.onTrade(decoder, draw.eventTimeNs());
        }
        loop.onEnd();
        return sum;
    }

    /**
     * Sums up the first trades with a result for each, in memory: what every contender of S6 has to find, too.
     *
     * @param keys   number of instruments.
     * @param trades how many.
     * @return the results, which do not depend on event time.
     */
    public static ResultSum expectedSums(final int keys, final int trades) {
        final ResultSum sum = new ResultSum();
        final VwapTable table = new VwapTable(keys);
        final TradeDraw draw = new TradeDraw(keys, 1);
        for (int i = 0; i < trades; i++) {
            draw.next();
            table.add(draw.instrumentId(), draw.price(), draw.quantity());
            final int slot = table.slotOf(draw.instrumentId());
            sum.add(
                    draw.instrumentId(),
                    0,
                    table.count(slot),
                    table.quantity(slot),
                    table.notional(slot) / table.quantity(slot));
        }
        return sum;
    }

    static TradeHandler byHand(final StreamWorkload workload, final MessageOutput output) {
        return switch (workload) {
            case FILTER_MAP -> new LargeTrades(output);
            case TUMBLING, TUMBLING_LARGE, CHECKPOINTED, CHECKPOINTED_LARGE ->
                new TumblingVwaps(StreamWorkload.TUMBLING_SIZE.toNanos(), workload.keys(), output);
            case HOPPING ->
                new HoppingVwaps(
                        StreamWorkload.HOPPING_SIZE.toNanos(), StreamWorkload.HOP.toNanos(), workload.keys(), output);
            case JOIN -> new NearPairs(StreamWorkload.WITHIN.toNanos(), workload.keys(), output);
        };
    }

    static Topology job(final StreamWorkload workload) {
        return switch (workload) {
            case FILTER_MAP -> TradeJob.largeTrades();
            case TUMBLING, TUMBLING_LARGE, CHECKPOINTED, CHECKPOINTED_LARGE ->
                TradeJob.vwaps(Windows.tumbling(StreamWorkload.TUMBLING_SIZE));
            case HOPPING -> TradeJob.vwaps(Windows.hopping(StreamWorkload.HOPPING_SIZE, StreamWorkload.HOP));
            case JOIN -> TradeJob.nearPairs(StreamWorkload.WITHIN);
        };
    }

    /** Adds up results as they come. */
    static final class SummedOutput implements MessageOutput {
        private final MessageHeaderDecoder header = new MessageHeaderDecoder();
        private final NotionalDecoder notional = new NotionalDecoder();
        private final VwapDecoder vwap = new VwapDecoder();
        private final boolean hasNotionals;
        private final ResultSum sum;

        SummedOutput(final StreamWorkload workload, final ResultSum sum) {
            this.hasNotionals = workload == StreamWorkload.FILTER_MAP || workload == StreamWorkload.JOIN;
            this.sum = sum;
        }

        @Override
        public void append(
                final long instrumentId, final long eventTimeNs, final DirectBuffer message, final int length) {
            add(message);
        }

        void add(final DirectBuffer message) {
            if (hasNotionals) {
                notional.wrapAndApplyHeader(message, 0, header);
                sum.add(notional.instrumentId(), notional.notional());
            } else {
                vwap.wrapAndApplyHeader(message, 0, header);
                sum.add(vwap.instrumentId(), vwap.windowEndNs(), vwap.count(), vwap.quantity(), vwap.vwap());
            }
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }
}
