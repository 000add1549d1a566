package io.millrace.node.demo;

import io.millrace.node.demo.codec.CandleEncoder;
import io.millrace.node.demo.codec.TradeDecoder;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.operators.window.Windowed;
import io.millrace.streams.Codecs;
import io.millrace.streams.Topology;
import io.millrace.streams.Windows;
import java.time.Duration;
import org.agrona.MutableDirectBuffer;

/** The job of the demo: trades become one candle for each symbol and second. */
public final class CandleJob {
    /** Topic that the job reads: SBE {@code Trade}, keyed by symbol. */
    public static final String TRADES = "trades";

    /** Topic that the job writes: SBE {@code Candle}, keyed by symbol. */
    public static final String CANDLES = "candles";

    /** Topic that takes trades whose candle was final when they came. */
    public static final String LATE_TRADES = "trades.late";

    /** Length of a candle's window. */
    public static final Duration WINDOW = Duration.ofSeconds(1);

    /** How far the event time of a trade may lie behind the largest one seen. */
    public static final Duration OUT_OF_ORDERNESS = Duration.ofMillis(500);

    /** How far the watermark runs past the end of a window before its candles are final. */
    public static final Duration GRACE = Duration.ofMillis(200);

    private CandleJob() {}

    /**
     * Writes the job down.
     *
     * @return a topology, to be run over a store that has the topic {@link #TRADES}.
     */
    public static Topology topology() {
        final Topology topology = Topology.named("candles").onError(ErrorPolicy.SKIP);
        topology.stream(TRADES, Codecs.sbe(TradeDecoder::new))
                .outOfOrderness(OUT_OF_ORDERNESS)
                // The feed tells event time to every partition, and when it is away time has to wait for it.
                .neverIdle()
                .filter(trade -> trade.quantity().mantissa() != 0)
                .keyByBytes("by-symbol", Codecs.string(), CandleJob::writeSymbol)
                .window("candles-1s", Windows.tumbling(WINDOW).grace(GRACE))
                .late(late -> late.to(LATE_TRADES))
                .aggregate(CandleState::new, CandleState::add)
                .map(CandleEncoder::new, CandleJob::encode)
                .to(CANDLES);
        return topology;
    }

    // The symbol is padded with zeros to its fixed length; the key is what stands before them.
    private static int writeSymbol(final TradeDecoder trade, final MutableDirectBuffer key) {
        final int offset = trade.offset() + TradeDecoder.symbolEncodingOffset();
        int length = 0;
        while (length < TradeDecoder.symbolEncodingLength() && trade.buffer().getByte(offset + length) != 0) {
            length++;
        }
        key.putBytes(0, trade.buffer(), offset, length);
        return length;
    }

    private static void encode(final Windowed<String, CandleState> window, final CandleEncoder candle) {
        final CandleState state = window.value();
        for (int i = 0; i < window.keyLength(); i++) {
            candle.symbol(i, window.keyBuffer().getByte(window.keyOffset() + i));
        }
        candle.windowStartNs(window.startNs()).windowEndNs(window.endNs()).count(state.count());
        candle.open().mantissa(state.open());
        candle.high().mantissa(state.high());
        candle.low().mantissa(state.low());
        candle.close().mantissa(state.close());
        candle.volume().mantissa(state.volume());
        candle.vwap().mantissa(state.vwap());
    }
}
