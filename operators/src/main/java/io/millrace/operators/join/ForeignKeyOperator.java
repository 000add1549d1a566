package io.millrace.operators.join;

import io.millrace.log.record.ByteRanges;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.KeyWriter;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.RekeyOperator;
import io.millrace.operators.core.Step;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import io.millrace.operators.state.Stateful;
import java.util.function.Function;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The first step of a {@linkplain ForeignJoinOperator foreign-key join}: tells the row's own task of each change of a left row,
 * and the tasks of its foreign keys when it takes another one. The link between a row and a foreign key has a version, a number
 * that goes up with each link that this task makes. All changes of a row come here, so the later link has the higher one.
 *
 * <p>The row's own task is told first, then the old key, then the new one. A value whose foreign key cannot be made, if its policy
 * is to go on, counts as none, now and when it is replaced.
 *
 * @param <F> type of the foreign keys.
 * @param <V> type of the values of the left table.
 */
public final class ForeignKeyOperator<F, V> extends Step<Change<V>, LinkMessage<V>> implements Stateful {
    private static final int NO_ROW = -1;
    private static final int NO_KEY = 0;
    private static final int INITIAL_LENGTH = 64;

    private final Function<? super V, ? extends F> foreignKey;
    private final KeyWriter<? super F> keyWriter;
    private final Operator<? super LinkMessage<DirectBuffer>> links;
    private final MutableDirectBuffer beforeKey = new ExpandableArrayBuffer(INITIAL_LENGTH);
    private final MutableDirectBuffer afterKey = new ExpandableArrayBuffer(INITIAL_LENGTH);
    private final UnsafeBuffer rowKey = new UnsafeBuffer(0, 0);
    private final LinkMessage<V> row = new LinkMessage<>();
    private final LinkMessage<DirectBuffer> link = new LinkMessage<>();

    private long lastVersion;

    /**
     * Creates the operator.
     *
     * @param failures   of the step.
     * @param foreignKey makes the foreign key of a value, null for none.
     * @param keyWriter  writes foreign keys.
     * @param next       step that takes the rows, under their keys.
     * @param links      step that takes links and their ends, under the foreign keys.
     */
    public ForeignKeyOperator(
            final FailureHandler failures,
            final Function<? super V, ? extends F> foreignKey,
            final KeyWriter<? super F> keyWriter,
            final Operator<? super LinkMessage<V>> next,
            final Operator<? super LinkMessage<DirectBuffer>> links) {
        super(failures, next);
        this.foreignKey = foreignKey;
        this.keyWriter = keyWriter;
        this.links = links;
    }

    @Override
    public void process(final RecordContext context, final Change<V> change) {
        final int before = change.hasBefore() ? keyBefore(change.before()) : NO_ROW;
        final int after = change.isDelete() ? NO_ROW : keyAfter(context, change.after());
        if (after > NO_KEY && before == after && ByteRanges.areEqual(beforeKey, 0, afterKey, 0, after)) {
            next.process(context, row.wrap(LinkMessage.SAME, 0, 0, change.after()));
            return;
        }
        if (after > NO_KEY) {
            lastVersion++;
            next.process(context, row.wrap(LinkMessage.LINKED, lastVersion, 0, change.after()));
        } else if (after == NO_KEY) {
            next.process(context, row.wrap(LinkMessage.UNLINKED, 0, 0, change.after()));
        } else if (before != NO_ROW) {
            next.process(context, row.wrap(LinkMessage.DELETED, 0, 0, null));
        }
        if (before > NO_KEY) {
            tell(context, beforeKey, before, LinkMessage.UNLINK);
        }
        if (after > NO_KEY) {
            tell(context, afterKey, after, LinkMessage.LINK);
        }
    }

    // What failed has been dealt with when the value came.
    private int keyBefore(final V before) {
        try {
            return write(before, beforeKey);
        } catch (final Exception e) {
            return NO_ROW;
        }
    }

    private int keyAfter(final RecordContext context, final V after) {
        try {
            return write(after, afterKey);
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return NO_ROW;
        }
    }

    private int write(final V value, final MutableDirectBuffer key) {
        final F made = foreignKey.apply(value);
        return made == null ? NO_KEY : RekeyOperator.write(keyWriter, made, key);
    }

    private void tell(
            final RecordContext context, final DirectBuffer foreign, final int foreignLength, final int kind) {
        final DirectBuffer keyBuffer = context.keyBuffer();
        final int keyOffset = context.keyOffset();
        final int keyLength = context.keyLength();
        rowKey.wrap(keyBuffer, keyOffset, keyLength);
        context.key(foreign, 0, foreignLength);
        links.process(context, link.wrap(kind, lastVersion, 0, rowKey));
        context.key(keyBuffer, keyOffset, keyLength);
    }

    @Override
    public void onWatermark(final RecordContext context, final long watermarkNs) {
        next.onWatermark(context, watermarkNs);
        links.onWatermark(context, watermarkNs);
    }

    @Override
    public void onLogTime(final RecordContext context, final long logTimeNs) {
        next.onLogTime(context, logTimeNs);
        links.onLogTime(context, logTimeNs);
    }

    @Override
    public void snapshot(final StateWriter out) {
        out.writeLong(lastVersion);
    }

    @Override
    public void restore(final StateReader in) {
        lastVersion = in.readLong();
    }
}
