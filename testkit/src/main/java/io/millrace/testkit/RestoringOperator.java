package io.millrace.testkit;

import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateShape;
import io.millrace.operators.state.StateView;
import io.millrace.operators.state.StateVisitor;
import io.millrace.operators.state.StateWriter;
import io.millrace.operators.state.Stateful;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Runs an operator that does not live longer than one call: after each, its state is written down, a new operator is made
 * in memory of its own and reads it, and the old one's memory is taken away from under it.
 */
class RestoringOperator<I> implements Operator<I>, StateView, AutoCloseable {
    private final Supplier<StateMemory> memories;
    private final Function<StateMemory, Operator<I>> maker;
    private StateMemory memory;
    private Operator<I> operator;
    private int restores;

    RestoringOperator(
            final Supplier<StateMemory> memories,
            final Function<StateMemory, Operator<I>> maker,
            final StateMemory memory,
            final Operator<I> operator) {
        this.memories = memories;
        this.maker = maker;
        this.memory = memory;
        this.operator = operator;
    }

    @Override
    public final void process(final RecordContext context, final I value) {
        operator.process(context, value);
        afterCall();
    }

    @Override
    public final void onWatermark(final RecordContext context, final long watermarkNs) {
        operator.onWatermark(context, watermarkNs);
        afterCall();
    }

    @Override
    public final void onLogTime(final RecordContext context, final long logTimeNs) {
        operator.onLogTime(context, logTimeNs);
        afterCall();
    }

    /** By default, all is written down and read back. */
    void afterCall() {
        final ExpandableArrayBuffer bytes = new ExpandableArrayBuffer();
        final StateWriter writer = new StateWriter(bytes, 0);
        snapshot(writer);
        final int length = writer.length();
        replace(new StateReader(new UnsafeBuffer(bytes, 0, length), 0, length));
    }

    final StateMemory memory() {
        return memory;
    }

    final void snapshot(final StateWriter writer) {
        ((Stateful) operator).snapshot(writer);
    }

    final void replace(final StateReader reader) {
        memory.close();

        memory = memories.get();
        operator = maker.apply(memory);
        ((Stateful) operator).restore(reader);
        restores++;
    }

    /** What an operator that reads this writes down. */
    final byte[] readAndWrite(final StateReader reader) {
        try (StateMemory other = memories.get()) {
            final Stateful reading = (Stateful) maker.apply(other);
            reading.restore(reader);
            return bytesOf(reading);
        }
    }

    final byte[] bytes() {
        return bytesOf((Stateful) operator);
    }

    private static byte[] bytesOf(final Stateful state) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final StateWriter writer = new StateWriter(buffer, 0);
        state.snapshot(writer);
        return Arrays.copyOf(buffer.byteArray(), writer.length());
    }

    @Override
    public StateShape shape() {
        return ((StateView) operator).shape();
    }

    @Override
    public void find(final DirectBuffer key, final int offset, final int length, final StateVisitor visitor) {
        ((StateView) operator).find(key, offset, length, visitor);
    }

    @Override
    public void forEach(final StateVisitor visitor) {
        ((StateView) operator).forEach(visitor);
    }

    int restores() {
        return restores;
    }

    @Override
    public void close() {
        memory.close();
    }
}
