package io.millrace.examples.orderbook;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.keyed.Processor;
import io.millrace.operators.keyed.ProcessorContext;
import io.millrace.operators.keyed.ProcessorSetup;
import io.millrace.operators.keyed.ValueState;
import io.millrace.streams.Codecs;

/**
 * Gives a signal where one side of the book is much heavier than the other, and waits for the next move of the price to tell
 * whether it was right. While it waits there is no other signal.
 */
final class ImbalanceSignal implements Processor<String, Top, ImbalanceSignal.Signal> {
    record Signal(long timeNs, double imbalance, long doubleMidE8, long nextDoubleMidE8) {
        boolean isRight() {
            return imbalance > 0 == nextDoubleMidE8 > doubleMidE8;
        }
    }

    static final Codec<Signal> SIGNAL = Codecs.records(Signal.class);
    static final double LIMIT = 0.8;

    private ValueState<Top> signal;

    @Override
    public void init(final ProcessorSetup setup) {
        signal = setup.valueState("signal", Top.CODEC);
    }

    @Override
    public void process(final Top top, final ProcessorContext<String, Signal> context) {
        if (signal.isSet() && top.doubleMidE8() != signal.value().doubleMidE8()) {
            final Top before = signal.value();
            context.forward(new Signal(before.timeNs(), before.imbalance(), before.doubleMidE8(), top.doubleMidE8()));
            signal.clear();
        }
        if (!signal.isSet() && Math.abs(top.imbalance()) >= LIMIT) {
            signal.set(top);
        }
    }
}
