package io.millrace.operators.window;

import io.millrace.operators.aggregate.AggregateTable;
import io.millrace.operators.aggregate.Aggregator;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.KeyWriter;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.RekeyOperator;
import io.millrace.operators.core.Step;
import io.millrace.operators.state.KeyLookAhead;
import io.millrace.operators.state.KeyedTable;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateShape;
import io.millrace.operators.state.StateView;
import io.millrace.operators.state.StateVisitor;
import io.millrace.operators.state.StateWriter;
import io.millrace.operators.state.Stateful;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The first half of a window, in front of an exchange: keys records, adds up those of this task, and sends one state for each
 * key and window or pane instead of them.
 *
 * <p>A state is sent when the watermark of this task reaches the end of its window or pane and the grace, before the
 * watermark itself is passed on. No window that holds it has closed behind the exchange by then, since the watermark there
 * is not beyond this one. A record that comes later is sent as it is: what is late is decided behind the exchange alone, on
 * the same grounds as if all records were sent.
 *
 * <p>When the input falls silent, the stages behind wait for it no longer. So everything is sent then, and from then on each
 * record as it is: nobody here knows how far the watermark behind the exchange has got in the meantime. This stays so when
 * the input is live again. The results would be the same with sums, since the watermark behind waits for this task again;
 * but a sum that comes too late there is one late record, whatever number of records it holds, and its records could not be
 * handed to the late step.
 *
 * @param <V> type of the records.
 */
public final class PartialWindowOperator<V> extends Step<V, PartialOrValue<V>> implements Stateful, StateView {
    private final WindowFrames parts;
    private final long graceNs;
    private final Aggregator<V, ?> aggregator;
    private final KeyWriter<? super V> keyWriter;
    private final Frames frames;
    private final PartialOrValue<V> sent = new PartialOrValue<>();
    private final MutableDirectBuffer key = new ExpandableArrayBuffer();
    private final KeyLookAhead lookAhead = new KeyLookAhead();

    private Frame current = Frame.NONE;
    private boolean wasIdle;

    /**
     * Creates the operator.
     *
     * @param name       of the step, for errors.
     * @param parts      windows or panes, of this operator alone.
     * @param graceNs    of the windows in ns.
     * @param aggregator of this operator alone; combinable.
     * @param memory     for the state.
     * @param keyWriter  that writes the key of a record.
     * @param failures   takes what the user's functions throw.
     * @param next       step that sends.
     */
    public PartialWindowOperator(
            final String name,
            final WindowFrames parts,
            final long graceNs,
            final Aggregator<V, ?> aggregator,
            final StateMemory memory,
            final KeyWriter<? super V> keyWriter,
            final FailureHandler failures,
            final Operator<? super PartialOrValue<V>> next) {
        super(failures, next);
        this.parts = parts;
        this.graceNs = graceNs;
        this.aggregator = aggregator;
        this.keyWriter = keyWriter;
        this.frames = new Frames(aggregator, memory, name, false);
    }

    @Override
    public void process(final RecordContext context, final V value) {
        final int length;
        try {
            length = RekeyOperator.write(keyWriter, value, key);
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return;
        }
        final long eventTimeNs = context.eventTimeNs();
        Frame frame = current;
        if (eventTimeNs < frame.startNs || eventTimeNs >= frame.endNs) {
            frame = frameOf(context, eventTimeNs);
        }
        if (frame == null) {
            send(context, length, value);
        } else {
            add(context, frame.table, length, value);
        }
    }

    /** The window or pane of a record, which becomes the current one; null if the record has to be sent as it is. */
    private Frame frameOf(final RecordContext context, final long eventTimeNs) {
        Frame frame = frames.find(eventTimeNs);
        if (frame == null) {
            if (wasIdle || !WindowFrames.isInRange(eventTimeNs)) {
                return null;
            }
            parts.locate(eventTimeNs);
            if (parts.endNs() + graceNs <= context.watermarkNs()) {
                return null;
            }
            frame = frames.open(parts.startNs(), parts.endNs());
        }
        current = frame;
        askAgain(context);
        return frame;
    }

    private void send(final RecordContext context, final int length, final V value) {
        final DirectBuffer keyBuffer = context.keyBuffer();
        final int keyOffset = context.keyOffset();
        final int keyLength = context.keyLength();
        context.key(key, 0, length);
        sent.value(value);
        next.process(context, sent);
        context.key(keyBuffer, keyOffset, keyLength);
    }

    private void add(final RecordContext context, final AggregateTable table, final int length, final V value) {
        final KeyedTable keys = table.keys();
        lookAhead.bringNear(keys);
        final long entry = length == Long.BYTES
                ? keys.findOrAddLong(key.getLong(0, ByteOrder.LITTLE_ENDIAN))
                : keys.findOrAdd(key, 0, length);
        try {
            aggregator.add(table, entry, value);
        } catch (final Exception e) {
            if (keys.wasAdded()) {
                table.remove(entry);
            }
            failures.onFailure(context, e);
            return;
        }
        if (keys.wasAdded() && keys.bytesInUse() > Frames.LOOK_AHEAD_BYTES) {
            context.askForLookAhead();
        }
    }

    @Override
    public void onWatermark(final RecordContext context, final long watermarkNs) {
        wasIdle |= context.isIdle();
        if (isDue(watermarkNs)) {
            flush(context, watermarkNs);
        }
        askAgain(context);
        next.onWatermark(context, watermarkNs);
    }

    private boolean isDue(final long watermarkNs) {
        return frames.count() > 0 && (wasIdle || frames.get(0).endNs + graceNs <= watermarkNs);
    }

    private void flush(final RecordContext context, final long watermarkNs) {
        final long eventTimeNs = context.eventTimeNs();
        final DirectBuffer keyBuffer = context.keyBuffer();
        final int keyOffset = context.keyOffset();
        final int keyLength = context.keyLength();
        while (isDue(watermarkNs)) {
            final Frame frame = frames.get(0);
            // Behind the exchange the state belongs where any time of the window or pane does.
            context.eventTimeNs(Math.max(frame.startNs, -WindowFrames.MAX_EVENT_TIME_NS));
            final KeyedTable keys = frame.table.keys();
            for (long entry = keys.first(); entry >= 0; entry = keys.next(entry)) {
                context.key(keys.buffer(entry), keys.keyOffset(entry), keys.keyLength(entry));
                sent.partial(frame.table, entry);
                next.process(context, sent);
            }
            frames.removeFirst();
        }
        current = Frame.NONE;
        context.eventTimeNs(eventTimeNs);
        context.key(keyBuffer, keyOffset, keyLength);
    }

    private void askAgain(final RecordContext context) {
        if (frames.count() > 0) {
            context.wakeAtEventTime(frames.get(0).endNs + graceNs);
        }
    }

    @Override
    public void prefetch(final RecordContext context, final V value) {
        if (current == Frame.NONE || value == null) {
            return;
        }
        final int length;
        try {
            length = RekeyOperator.write(keyWriter, value, key);
        } catch (final Exception e) {
            // It fails again, and is dealt with, when its turn comes.
            return;
        }
        lookAhead.add(key, 0, length);
    }

    @Override
    public StateShape shape() {
        return StateShape.WINDOWS;
    }

    @Override
    public void find(final DirectBuffer of, final int offset, final int length, final StateVisitor visitor) {
        if (parts instanceof PaneFrames panes) {
            final PaneView view = new PaneView(panes, frames, null, aggregator);
            view.find(view.firstEndNs(), of, offset, length, visitor);
        } else {
            new FrameView(frames, aggregator).find(of, offset, length, visitor);
        }
    }

    @Override
    public void forEach(final StateVisitor visitor) {
        if (parts instanceof PaneFrames panes) {
            // Behind the exchange no window of these panes can have closed.
            final PaneView view = new PaneView(panes, frames, null, aggregator);
            view.forEach(view.firstEndNs(), visitor);
        } else {
            new FrameView(frames, aggregator).forEach(visitor);
        }
    }

    @Override
    public void snapshot(final StateWriter out) {
        out.writeBoolean(wasIdle);
        frames.snapshot(out);
    }

    @Override
    public void restore(final StateReader in) {
        wasIdle = in.readBoolean();
        frames.restore(in);
        current = Frame.NONE;
    }
}
