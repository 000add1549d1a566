package io.millrace.examples.sgd;

import io.millrace.examples.data.Reading;
import io.millrace.examples.sgd.Sgd.Forecast;
import io.millrace.operators.keyed.Processor;
import io.millrace.operators.keyed.ProcessorContext;
import io.millrace.operators.keyed.ProcessorSetup;
import io.millrace.operators.keyed.ValueState;
import io.millrace.streams.Codecs;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Forecasts the next change from the last three. The step is divided by the size of the inputs (normalised least mean squares), so
 * that one rate suits quiet times and wild ones.
 */
final class Regression implements Processor<String, Reading, Forecast> {
    /** The last reading, the last changes from the newest to the oldest, and what each of them weighs. */
    record Model(double last, List<Double> changes, List<Double> weights) {}

    static final int INPUTS = 3;
    static final double RATE = 0.1;

    private ValueState<Model> model;

    @Override
    public void init(final ProcessorSetup setup) {
        model = setup.valueState("model", Codecs.records(Model.class));
    }

    @Override
    public void process(final Reading reading, final ProcessorContext<String, Forecast> context) {
        if (!model.isSet()) {
            model.set(new Model(reading.value(), List.of(), Collections.nCopies(INPUTS, 0.0)));
            return;
        }
        final Model before = model.value();
        final double change = reading.value() - before.last();
        List<Double> weights = before.weights();
        if (before.changes().size() == INPUTS) {
            final double forecast = product(before.changes(), weights);
            context.forward(new Forecast(change, forecast, weights));
            weights = corrected(weights, before.changes(), change - forecast);
        }
        final List<Double> changes = new ArrayList<>(List.of(change));
        changes.addAll(before.changes()
                .subList(0, Math.min(INPUTS - 1, before.changes().size())));
        model.set(new Model(reading.value(), List.copyOf(changes), weights));
    }

    private static List<Double> corrected(final List<Double> weights, final List<Double> inputs, final double error) {
        final double step = RATE * error / (1 + product(inputs, inputs));
        final List<Double> corrected = new ArrayList<>();
        for (int i = 0; i < INPUTS; i++) {
            corrected.add(weights.get(i) + step * inputs.get(i));
        }
        return List.copyOf(corrected);
    }

    private static double product(final List<Double> a, final List<Double> b) {
        double sum = 0;
        for (int i = 0; i < a.size(); i++) {
            sum += a.get(i) * b.get(i);
        }
        return sum;
    }
}
