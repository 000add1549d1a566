package io.millrace.operators.keyed;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.Step;
import io.millrace.operators.state.EntryView;
import io.millrace.operators.state.HeapColumn;
import io.millrace.operators.state.KeyedTable;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateShape;
import io.millrace.operators.state.StateVisitor;
import io.millrace.operators.state.StateWriter;
import io.millrace.operators.state.Stateful;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Keeps the values of each key that have the largest scores, and hands their list on whenever it has changed. The list is in
 * descending order of the scores; of equal ones the earlier value comes first, and stays when there is room for one only.
 *
 * <p>A value that does not get into the list costs a look-up and a comparison. One that does is copied, if it is a view.
 *
 * @param <V> type of the values.
 */
public final class TopNOperator<V> extends Step<V, List<V>> implements Stateful, EntryView {
    private final int limit;
    private final ToLongFunction<? super V> score;
    private final Codec<V> codec;
    private final boolean isEveryUpdate;
    private final KeyTable table;
    private final HeapColumn<TopList<V>> lists;

    /**
     * Creates the operator.
     *
     * @param name          of the step, for errors.
     * @param failures      takes what the score throws.
     * @param memory        of the task.
     * @param limit         how many values a list has at most, at least 1.
     * @param score         of a value.
     * @param codec         of this operator alone, that copies values and writes them into snapshots.
     * @param isEveryUpdate true to hand on lists that have not changed as well.
     * @param next          step, that takes the lists; they are valid inside the call.
     */
    public TopNOperator(
            final String name,
            final FailureHandler failures,
            final StateMemory memory,
            final int limit,
            final ToLongFunction<? super V> score,
            final Codec<V> codec,
            final boolean isEveryUpdate,
            final Operator<? super List<V>> next) {
        super(failures, next);
        this.limit = limit;
        this.score = score;
        this.codec = codec;
        this.isEveryUpdate = isEveryUpdate;
        this.table = new KeyTable(memory, name, Long.BYTES);
        this.lists = table.column(0, new TopListCodec<>(codec, limit));
    }

    @Override
    public void process(final RecordContext context, final V value) {
        final long scored;
        try {
            scored = score.applyAsLong(value);
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return;
        }
        final long entry = table.entries.findOrAdd(context.keyBuffer(), context.keyOffset(), context.keyLength());
        final boolean isNew = table.entries.wasAdded();
        final TopList<V> list = isNew ? new TopList<>(limit) : lists.value(entry);
        final boolean isChange = list.takes(scored);
        if (isChange) {
            final V kept;
            try {
                kept = codec.copy(value);
                // A value that cannot be written is refused before it is one of the list.
                codec.encodedLength(kept);
            } catch (final Exception e) {
                if (isNew) {
                    table.entries.remove(entry);
                }
                failures.onFailure(context, e);
                return;
            }
            list.insert(scored, kept);
            // Set again, for its new length to count.
            lists.value(entry, list);
        }
        if (isChange || isEveryUpdate) {
            next.process(context, list);
        }
    }

    @Override
    public StateShape shape() {
        return StateShape.VALUES;
    }

    @Override
    public KeyedTable keys() {
        return table.entries;
    }

    @Override
    public void visit(final long entry, final StateVisitor visitor) {
        final KeyedTable keys = table.entries;
        // The values of a list are never changed, the list is.
        visitor.onValue(
                keys.buffer(entry), keys.keyOffset(entry), keys.keyLength(entry), "", List.copyOf(lists.value(entry)));
    }

    @Override
    public void snapshot(final StateWriter out) {
        table.snapshot(out);
    }

    @Override
    public void restore(final StateReader in) {
        table.restore(in);
    }
}
