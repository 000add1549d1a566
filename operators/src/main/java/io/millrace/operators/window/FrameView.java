package io.millrace.operators.window;

import io.millrace.operators.aggregate.AggregateTable;
import io.millrace.operators.aggregate.Aggregator;
import io.millrace.operators.state.KeyedTable;
import io.millrace.operators.state.StateVisitor;
import org.agrona.DirectBuffer;

/** Shows what is kept in windows that are frames themselves. */
final class FrameView {
    private final Frames frames;
    private final Aggregator<?, ?> aggregator;

    FrameView(final Frames frames, final Aggregator<?, ?> aggregator) {
        this.frames = frames;
        this.aggregator = aggregator;
    }

    void find(final DirectBuffer key, final int offset, final int length, final StateVisitor visitor) {
        for (int i = 0; i < frames.count(); i++) {
            final Frame frame = frames.get(i);
            final long entry = frame.table.keys().find(key, offset, length);
            if (entry >= 0) {
                visit(frame, entry, visitor);
            }
        }
    }

    void forEach(final StateVisitor visitor) {
        for (int i = 0; i < frames.count(); i++) {
            final Frame frame = frames.get(i);
            final KeyedTable keys = frame.table.keys();
            for (long entry = keys.first(); entry >= 0; entry = keys.next(entry)) {
                visit(frame, entry, visitor);
            }
        }
    }

    private void visit(final Frame frame, final long entry, final StateVisitor visitor) {
        final AggregateTable table = frame.table;
        final KeyedTable keys = table.keys();
        visitor.onWindow(
                keys.buffer(entry),
                keys.keyOffset(entry),
                keys.keyLength(entry),
                frame.startNs,
                frame.endNs,
                aggregator.copyOf(table, entry));
    }
}
