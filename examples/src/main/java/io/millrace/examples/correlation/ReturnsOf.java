package io.millrace.examples.correlation;

import io.millrace.examples.correlation.Correlation.Prices;
import io.millrace.examples.correlation.Correlation.Returns;
import io.millrace.operators.keyed.Processor;
import io.millrace.operators.keyed.ProcessorContext;
import io.millrace.operators.keyed.ProcessorSetup;
import io.millrace.operators.keyed.ValueState;

/** Makes logarithmic returns of the prices of a pair and of the pair before. */
final class ReturnsOf implements Processor<String, Prices, Returns> {
    private ValueState<Prices> before;

    @Override
    public void init(final ProcessorSetup setup) {
        before = setup.valueState("before", Correlation.PRICES);
    }

    @Override
    public void process(final Prices now, final ProcessorContext<String, Returns> context) {
        if (before.isSet()) {
            context.forward(new Returns(
                    Math.log((double) now.firstE8() / before.value().firstE8()),
                    Math.log((double) now.secondE8() / before.value().secondE8())));
        }
        before.set(now);
    }
}
