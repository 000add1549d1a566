package io.millrace.torture.check;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Drops repeated trades, and adds the others up by symbol and second. A trade is repeated when one of its symbol and number has
 * passed whose event time is less than ten seconds away; it is dropped too when the watermark is ten seconds or more ahead of it.
 */
final class TradesReference extends SourceReference {
    private static final long DISORDER_NS = 500 * InputFormula.MS;
    private static final long SPAN_NS = 10 * InputFormula.SECOND;
    private static final long GRACE_NS = 200 * InputFormula.MS;
    private static final long QUANTITY_UNIT = 1_000;
    private static final long PRICE_UNIT = 1_000_000;
    private static final int PRICE = 2;
    private static final int QUANTITY = 3;

    private static final class Tally {
        private long count;
        private long volume;
        private long turnover;
    }

    private Map<ByteBuffer, List<Long>> passed;
    private TumblingWindows<Tally> windows;

    TradesReference() {
        super(DISORDER_NS);
    }

    @Override
    void begin() {
        passed = new HashMap<>();
        windows = new TumblingWindows<>(InputFormula.SECOND, GRACE_NS, Tally::new);
    }

    @Override
    void onWatermark(final long beforeNs, final long watermarkNs, final Outputs outputs) {
        windows.close(watermarkNs, (key, startNs, endNs, tally) -> {
            final long vwap = tally.volume == 0 ? 0 : tally.turnover / tally.volume;
            final byte[] value = OutputRecord.longs(startNs, endNs, tally.count, tally.volume, tally.turnover, vwap);
            outputs.add(OUT, OutputRecord.data(endNs - 1, key, value));
        });
    }

    @Override
    void onValue(final StoredRecord value, final long clockNs, final long watermarkNs, final Outputs outputs) {
        final long timeNs = value.eventTimeNs();
        final ByteBuffer trade = ByteBuffer.wrap(Arrays.copyOf(value.value(), TradeInput.SYMBOL_LENGTH + Long.BYTES));
        final List<Long> times = passed.computeIfAbsent(trade, key -> new ArrayList<>());
        if (timeNs + SPAN_NS <= watermarkNs || times.stream().anyMatch(time -> Math.abs(time - timeNs) < SPAN_NS)) {
            return;
        }
        times.add(timeNs);
        final Tally tally = windows.find(value.key(), timeNs, watermarkNs);
        if (tally == null) {
            outputs.add(LATE, value.output());
            return;
        }
        final long quantity = OutputRecord.longAt(value.value(), QUANTITY) / QUANTITY_UNIT;
        tally.count++;
        tally.volume += quantity;
        tally.turnover += OutputRecord.longAt(value.value(), PRICE) / PRICE_UNIT * quantity;
    }
}
