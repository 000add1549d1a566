package io.millrace.operators.keyed;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.codec.Lender;
import io.millrace.operators.state.StateFlyweight;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Test mode for a processor: a view of its state that it keeps beyond the call throws when it is used, and names the step.
 *
 * @param <K> type of the keys.
 * @param <V> type of the values it takes.
 * @param <R> type of the values it hands on.
 */
public final class LendingProcessor<K, V, R> implements Processor<K, V, R> {
    private final Processor<K, V, R> processor;
    private final Lender lender;
    private final List<LentFlyweightState<?>> cells = new ArrayList<>();

    /**
     * Creates the processor.
     *
     * @param processor of this task alone.
     * @param name      of the step, for errors.
     */
    public LendingProcessor(final Processor<K, V, R> processor, final String name) {
        this.processor = processor;
        this.lender = new Lender(name);
    }

    @Override
    public void init(final ProcessorSetup setup) {
        processor.init(new ProcessorSetup() {
            @Override
            public <T> ValueState<T> valueState(final String name, final Codec<T> codec) {
                return setup.valueState(name, codec);
            }

            @Override
            public <S extends StateFlyweight> FlyweightState<S> flyweightState(
                    final String name, final Supplier<S> factory) {
                final LentFlyweightState<S> cell =
                        new LentFlyweightState<>(setup.flyweightState(name, factory), factory, lender);
                cells.add(cell);
                return cell;
            }
        });
    }

    @Override
    public void process(final V value, final ProcessorContext<K, R> context) {
        try {
            processor.process(value, context);
        } finally {
            endViews();
        }
    }

    @Override
    public void onEventTimer(final long timeNs, final ProcessorContext<K, R> context) {
        try {
            processor.onEventTimer(timeNs, context);
        } finally {
            endViews();
        }
    }

    @Override
    public void onLogTimer(final long timeNs, final ProcessorContext<K, R> context) {
        try {
            processor.onLogTimer(timeNs, context);
        } finally {
            endViews();
        }
    }

    private void endViews() {
        cells.forEach(LentFlyweightState::end);
    }
}
