package io.millrace.operators.aggregate;

import io.millrace.operators.state.StateCopy;
import io.millrace.operators.state.StateFlyweight;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A state of a fixed size in bytes of its own, under a view of its own. */
final class FlyweightCopy<S extends StateFlyweight> implements StateCopy {
    private final Supplier<S> factory;
    private final BiConsumer<? super S, ? super S> combine;
    private final Function<? super S, ?> result;
    private final UnsafeBuffer bytes;
    private final S state;

    FlyweightCopy(
            final Supplier<S> factory,
            final BiConsumer<? super S, ? super S> combine,
            final Function<? super S, ?> result,
            final DirectBuffer buffer,
            final int offset) {
        this.factory = factory;
        this.combine = combine;
        this.result = result;
        this.state = factory.get();
        this.bytes = new UnsafeBuffer(new byte[state.encodedLength()]);
        bytes.putBytes(0, buffer, offset, bytes.capacity());
        state.wrap(bytes, 0);
    }

    @Override
    public Object result() {
        return result.apply(state);
    }

    @Override
    @SuppressWarnings("unchecked") // Of the same aggregation, by contract.
    public StateCopy combine(final StateCopy later) {
        if (combine == null) {
            throw new UnsupportedOperationException("the aggregation cannot combine two states");
        }
        final FlyweightCopy<S> sum = new FlyweightCopy<>(factory, combine, result, bytes, 0);
        combine.accept(sum.state, ((FlyweightCopy<S>) later).state);
        return sum;
    }
}
