package io.millrace.operators.keyed;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.Step;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateShape;
import io.millrace.operators.state.StateView;
import io.millrace.operators.state.StateVisitor;
import io.millrace.operators.state.StateWriter;
import io.millrace.operators.state.Stateful;
import io.millrace.operators.state.TimerQueue;
import org.agrona.DirectBuffer;

/**
 * Runs a {@link Processor}: keeps its cells and timers, and fires the timers in their order.
 *
 * <p>Event timers fire when this operator learns of a watermark, before what follows learns of it, so what a timer hands on is
 * in time for every later step. Its event time is that of the timer, but never behind the watermark of which the later steps
 * know already.
 *
 * <p>The operator is the processor's context itself, so that the call of the next step stays in a class of this place in
 * the chain and can be inlined.
 *
 * @param <K> type of the keys.
 * @param <V> type of the values it takes.
 * @param <R> type of the values it hands on.
 */
public final class ProcessOperator<K, V, R> extends Step<V, R> implements ProcessorContext<K, R>, Stateful, StateView {
    /** How often timers may renew each other after the end of the input, when they would do so for ever. */
    public static final int MAX_RENEWALS = 100;

    private final Processor<K, V, R> processor;
    private final Codec<K> keyCodec;
    private final SideOutput<?>[] sideOutputs;
    private final Operator<?>[] sideSteps;
    private final KeyCells cells;
    private final TimerQueue eventTimers;
    private final TimerQueue logTimers;
    private final LookAhead lookAhead = new LookAhead();

    // The largest event time of a value so far.
    private long lastEventTimeNs = Long.MIN_VALUE;

    // Of the call under way; null between calls.
    private RecordContext current;
    private long watermarkNs;
    private long renewals;

    /**
     * Creates the operator and lets the processor declare its state.
     *
     * @param name        of the step, for errors.
     * @param failures    takes what the processor throws.
     * @param memory      of the task.
     * @param keyCodec    of this task, that decodes keys.
     * @param processor   of this task alone.
     * @param sideOutputs that the topology asks for; not copied.
     * @param sideSteps   the step of each; not copied.
     * @param next        step, that takes the main output.
     */
    public ProcessOperator(
            final String name,
            final FailureHandler failures,
            final StateMemory memory,
            final Codec<K> keyCodec,
            final Processor<K, V, R> processor,
            final SideOutput<?>[] sideOutputs,
            final Operator<?>[] sideSteps,
            final Operator<? super R> next) {
        super(failures, next);
        this.keyCodec = keyCodec;
        this.processor = processor;
        this.sideOutputs = sideOutputs;
        this.sideSteps = sideSteps;
        this.cells = new KeyCells(name);
        this.eventTimers = new TimerQueue(memory, name);
        this.logTimers = new TimerQueue(memory, name);
        processor.init(cells);
        cells.open(memory);
    }

    /**
     * Tries a processor's declarations.
     *
     * @param name      of the step, for errors.
     * @param processor to ask; it is not used for anything else.
     * @return what it keeps for each key, for plans; empty for nothing.
     * @throws IllegalArgumentException if the declarations have a mistake.
     */
    public static String describeState(final String name, final Processor<?, ?, ?> processor) {
        final KeyCells declared = new KeyCells(name);
        processor.init(declared);
        return declared.describe();
    }

    @Override
    public void process(final RecordContext context, final V value) {
        lastEventTimeNs = Math.max(lastEventTimeNs, context.eventTimeNs());
        watermarkNs = context.watermarkNs();
        enter(context);
        try {
            processor.process(value, this);
        } catch (final Exception e) {
            failures.onFailure(context, e);
        } finally {
            leave();
        }
        lookAhead.update(context, cells.bytesInUse());
        askForTime(context, watermarkNs);
    }

    @Override
    public void prefetch(final RecordContext context, final V value) {
        lookAhead.touch(cells.prefetch(context));
    }

    private void enter(final RecordContext context) {
        current = context;
        cells.enter(context);
    }

    private void leave() {
        current = null;
        cells.leave();
    }

    // A timer whose time has passed has to wait for time to go on.
    private void askForTime(final RecordContext context, final long reachedNs) {
        if (!eventTimers.isEmpty() && reachedNs != Long.MAX_VALUE) {
            context.wakeAtEventTime(Math.max(eventTimers.nextNs(), reachedNs + 1));
        }
        if (!logTimers.isEmpty()) {
            context.wakeAtLogTime(logTimers.nextNs());
        }
    }

    @Override
    public void onWatermark(final RecordContext context, final long newWatermarkNs) {
        watermarkNs = newWatermarkNs;
        // A call may also say that the input has fallen silent: the watermark stays, and timers of times passed wait
        // on.
        if (newWatermarkNs > context.watermarkNs()) {
            fire(context, eventTimers, newWatermarkNs);
        }
        askForTime(context, newWatermarkNs);
        next.onWatermark(context, newWatermarkNs);
        for (final Operator<?> side : sideSteps) {
            side.onWatermark(context, newWatermarkNs);
        }
    }

    @Override
    public void onLogTime(final RecordContext context, final long logTimeNs) {
        watermarkNs = context.watermarkNs();
        fire(context, logTimers, logTimeNs);
        askForTime(context, watermarkNs);
        next.onLogTime(context, logTimeNs);
        for (final Operator<?> side : sideSteps) {
            side.onLogTime(context, logTimeNs);
        }
    }

    private void fire(final RecordContext context, final TimerQueue timers, final long nowNs) {
        if (timers.isEmpty() || timers.nextNs() > nowNs) {
            return;
        }
        final long eventTimeNs = context.eventTimeNs();
        final DirectBuffer keyBuffer = context.keyBuffer();
        final int keyOffset = context.keyOffset();
        final int keyLength = context.keyLength();
        while (timers.popDue(nowNs)) {
            renewals = timers.dueTag();
            context.key(timers.keyBuffer(), timers.keyOffset(), timers.keyLength());
            call(context, timers, timers.dueTimeNs());
        }
        context.eventTimeNs(eventTimeNs);
        context.key(keyBuffer, keyOffset, keyLength);
    }

    private void call(final RecordContext context, final TimerQueue timers, final long timeNs) {
        final boolean isEventTimer = timers == eventTimers;
        context.eventTimeNs(Math.max(isEventTimer ? timeNs : lastEventTimeNs, context.watermarkNs()));
        enter(context);
        try {
            if (isEventTimer) {
                processor.onEventTimer(timeNs, this);
            } else {
                processor.onLogTimer(timeNs, this);
            }
        } catch (final Exception e) {
            failures.onFailure(context, e);
        } finally {
            leave();
        }
    }

    @Override
    public K key() {
        final RecordContext context = context();
        return keyCodec.decode(context.keyBuffer(), context.keyOffset(), context.keyLength());
    }

    @Override
    public long keyLong() {
        final RecordContext context = context();
        return KeyNumbers.read(context.keyBuffer(), context.keyOffset(), context.keyLength());
    }

    private RecordContext context() {
        final RecordContext context = current;
        if (context == null) {
            throw new IllegalStateException("the context of a processor is valid inside a call of the processor only");
        }
        return context;
    }

    @Override
    public long eventTimeNs() {
        return context().eventTimeNs();
    }

    @Override
    public long watermarkNs() {
        return watermarkNs;
    }

    @Override
    public boolean isEndOfInput() {
        return watermarkNs == Long.MAX_VALUE;
    }

    @Override
    public long logTimeNs() {
        return context().logTimeNs();
    }

    @Override
    public long position() {
        return context().position();
    }

    @Override
    public void forward(final R value) {
        next.process(context(), checked(value));
    }

    private static <T> T checked(final T value) {
        if (value == null) {
            throw new NullPointerException("the processor handed on null; a value is never null");
        }
        return value;
    }

    @Override
    @SuppressWarnings("unchecked") // The topology connected the step of an output with values of the output's type.
    public <T> void sideOutput(final SideOutput<T> output, final T value) {
        final RecordContext context = context();
        checked(value);
        for (int i = 0; i < sideOutputs.length; i++) {
            if (sideOutputs[i].isSame(output)) {
                ((Operator<T>) sideSteps[i]).process(context, value);
                return;
            }
        }
    }

    @Override
    public void scheduleEventTimer(final long timeNs) {
        final RecordContext context = context();
        final long tag = isEndOfInput() ? renewals + 1 : 0;
        if (tag > MAX_RENEWALS) {
            throw new IllegalStateException("timers renewed each other " + MAX_RENEWALS
                    + " times after the end of the input; ask isEndOfInput() before a timer is set again");
        }
        eventTimers.schedule(timeNs, context.keyBuffer(), context.keyOffset(), context.keyLength(), tag);
    }

    @Override
    public boolean cancelEventTimer(final long timeNs) {
        final RecordContext context = context();
        return eventTimers.cancel(timeNs, context.keyBuffer(), context.keyOffset(), context.keyLength());
    }

    @Override
    public void scheduleLogTimer(final long timeNs) {
        final RecordContext context = context();
        logTimers.schedule(timeNs, context.keyBuffer(), context.keyOffset(), context.keyLength());
    }

    @Override
    public boolean cancelLogTimer(final long timeNs) {
        final RecordContext context = context();
        return logTimers.cancel(timeNs, context.keyBuffer(), context.keyOffset(), context.keyLength());
    }

    @Override
    public StateShape shape() {
        return StateShape.cells(cells.names());
    }

    @Override
    public void find(final DirectBuffer key, final int offset, final int length, final StateVisitor visitor) {
        cells.find(key, offset, length, visitor);
        eventTimers.find(key, offset, length, true, visitor);
        logTimers.find(key, offset, length, false, visitor);
    }

    @Override
    public void findValues(final DirectBuffer key, final int offset, final int length, final StateVisitor visitor) {
        cells.find(key, offset, length, visitor);
    }

    @Override
    public void forEach(final StateVisitor visitor) {
        cells.forEach(visitor);
        eventTimers.forEach(true, visitor);
        logTimers.forEach(false, visitor);
    }

    @Override
    public void snapshot(final StateWriter out) {
        out.writeLong(lastEventTimeNs);
        cells.snapshot(out);
        eventTimers.snapshot(out);
        logTimers.snapshot(out);
    }

    @Override
    public void restore(final StateReader in) {
        lastEventTimeNs = in.readLong();
        cells.restore(in);
        eventTimers.restore(in);
        logTimers.restore(in);
    }
}
