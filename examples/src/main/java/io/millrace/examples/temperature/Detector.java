package io.millrace.examples.temperature;

import io.millrace.examples.data.Reading;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.keyed.Processor;
import io.millrace.operators.keyed.ProcessorContext;
import io.millrace.operators.keyed.ProcessorSetup;
import io.millrace.operators.keyed.ValueState;
import io.millrace.streams.Codecs;
import java.time.Duration;

/**
 * Compares the level of the last hour with that of the last two weeks, both weighted so that old readings fade, in units of the
 * standard deviation. Beyond three of them it alerts, once; again when a day has passed without. A reading beyond three
 * deviations counts as three in what is usual, so that a failure does not become the new normal at once.
 */
final class Detector implements Processor<String, Reading, Alert> {
    /** What is known after some readings: their number, the level, mean and variance, and until when no alert is new. */
    record Known(long count, double level, double mean, double variance, long quietUntilNs) {}

    static final double HOUR = 1.0 / 12; // readings come every five minutes
    static final double TWO_WEEKS = HOUR / (24 * 14);
    static final long LEARNING = 12 * 24; // a day
    static final double LIMIT = 3;
    static final double FIRST_VARIANCE = 25;
    static final double LEAST_DEVIATION = 1;
    static final long QUIET_NS = Duration.ofDays(1).toNanos();

    private static final Codec<Known> KNOWN = Codecs.records(Known.class);

    private ValueState<Known> state;

    @Override
    public void init(final ProcessorSetup setup) {
        state = setup.valueState("known", KNOWN);
    }

    @Override
    public void process(final Reading reading, final ProcessorContext<String, Alert> context) {
        if (!state.isSet()) {
            state.set(new Known(1, reading.value(), reading.value(), FIRST_VARIANCE, Long.MIN_VALUE));
            return;
        }
        final Known known = state.value();
        final double level = known.level() + HOUR * (reading.value() - known.level());
        final double deviation = Math.max(LEAST_DEVIATION, Math.sqrt(known.variance()));
        final double deviations = (level - known.mean()) / deviation;
        long quietUntilNs = known.quietUntilNs();
        if (known.count() >= LEARNING && Math.abs(deviations) > LIMIT) {
            if (reading.timeNs() > quietUntilNs) {
                context.forward(new Alert(reading.timeNs(), level, known.mean(), deviations));
            }
            quietUntilNs = reading.timeNs() + QUIET_NS;
        }
        final double step = Math.max(-LIMIT * deviation, Math.min(LIMIT * deviation, reading.value() - known.mean()));
        state.set(new Known(
                known.count() + 1,
                level,
                known.mean() + TWO_WEEKS * step,
                known.variance() + TWO_WEEKS * (step * step - known.variance()),
                quietUntilNs));
    }
}
