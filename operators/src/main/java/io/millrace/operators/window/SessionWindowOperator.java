package io.millrace.operators.window;

import io.millrace.operators.aggregate.Aggregator;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.Step;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.state.DueQueue;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateShape;
import io.millrace.operators.state.StateView;
import io.millrace.operators.state.StateVisitor;
import io.millrace.operators.state.StateWriter;
import io.millrace.operators.state.Stateful;
import org.agrona.DirectBuffer;

/**
 * Aggregates the records of each key in sessions: records that follow each other at less than a gap, by event time.
 *
 * <p>A session is {@code [first, last + gap)}. A record belongs to it when it is less than the gap away from one of its
 * records; so one whose distance is the gap exactly begins another session, whatever the order of arrival. A record
 * between two sessions that touches both makes them one. A session closes when the watermark reaches its end plus the
 * grace, and is never opened again: what comes later begins a new session, which may lie over the closed one. A record is
 * late when its own session {@code [time, time + gap)} would be closed already and it touches no open one.
 *
 * <p>Final results come in the order in which sessions close; of those that close at the same time, in the order in which
 * they were created, where a session made of several counts as the oldest of them.
 *
 * <p>Each session stands once in a queue, with the time at which it would have closed when it was put there. Records only
 * move that time back, so it is set right when it has come to the front, not at each record. Finding the session of a
 * record costs one step for each later session of its key that is open.
 *
 * @param <K> type of the key.
 * @param <V> type of the records.
 * @param <R> type of the result.
 */
public final class SessionWindowOperator<K, V, R> extends Step<V, Windowed<K, R>> implements Stateful, StateView {
    private static final long NONE = OpenSessions.NONE;

    private final long gapNs;
    private final long graceNs;
    private final Emission emission;
    private final Aggregator<V, R> aggregator;
    private final TaskCounters counters;
    private final Operator<? super V> late;
    private final Windowed<K, R> windowed;
    private final OpenSessions sessions;
    private final DueQueue queue;
    private final ChangedWindows changed;
    private long touched;

    /**
     * Creates the operator.
     *
     * @param name       of the step, for errors.
     * @param gapNs      how long a key is silent before its session ends, in ns, 1 to {@link WindowFrames#MAX_NS}.
     * @param graceNs    how far the watermark runs past a session's end before the session closes, in ns, 0 to
     *                   {@link WindowFrames#MAX_NS}.
     * @param emission   when results are handed on.
     * @param aggregator of this operator alone; it can combine.
     * @param memory     for the state.
     * @param keyCodec   of this task, that decodes keys for results.
     * @param counters   of the task.
     * @param failures   takes what the user's functions throw.
     * @param next       step, that takes the results.
     * @param late       step that takes late records; null to only count them.
     */
    public SessionWindowOperator(
            final String name,
            final long gapNs,
            final long graceNs,
            final Emission emission,
            final Aggregator<V, R> aggregator,
            final StateMemory memory,
            final Codec<K> keyCodec,
            final TaskCounters counters,
            final FailureHandler failures,
            final Operator<? super Windowed<K, R>> next,
            final Operator<? super V> late) {
        super(failures, next);
        if (!aggregator.isCombinable()) {
            throw new IllegalArgumentException("sessions merge, so their aggregation must combine: window " + name);
        }
        this.gapNs = WindowRanges.checkLength(name, "gap", gapNs);
        this.graceNs = WindowRanges.checkGrace(name, graceNs);
        this.emission = emission;
        this.aggregator = aggregator;
        this.counters = counters;
        this.late = late;
        this.windowed = new Windowed<>(keyCodec);
        this.sessions = new OpenSessions(aggregator, memory, name);
        this.queue = new DueQueue(memory, name);
        this.changed = new ChangedWindows(emission, memory, name);
    }

    @Override
    public void process(final RecordContext context, final V value) {
        final long eventTimeNs = context.eventTimeNs();
        if (!WindowFrames.isInRange(eventTimeNs)) {
            failures.onFailure(context, WindowFrames.outOfRange(eventTimeNs));
            return;
        }
        long later = NONE;
        long earlier = sessions.latest(context.keyBuffer(), context.keyOffset(), context.keyLength());
        while (earlier != NONE && sessions.firstNs(earlier) > eventTimeNs) {
            later = earlier;
            earlier = sessions.earlier(earlier);
        }
        final boolean touchesEarlier = earlier != NONE && eventTimeNs < sessions.lastNs(earlier) + gapNs;
        final boolean touchesLater = later != NONE && sessions.firstNs(later) < eventTimeNs + gapNs;
        if (touchesEarlier && touchesLater) {
            merge(context, value, earlier, later);
        } else if (touchesEarlier) {
            extend(context, value, earlier);
        } else if (touchesLater) {
            extend(context, value, later);
        } else if (eventTimeNs + gapNs + graceNs <= context.watermarkNs()) {
            onLate(context, value);
        } else {
            open(context, value, earlier, later);
        }
    }

    private void onLate(final RecordContext context, final V value) {
        counters.addLateRecord();
        if (late != null) {
            late.process(context, value);
        }
    }

    private void open(final RecordContext context, final V value, final long earlier, final long later) {
        final long session = sessions.create(context.eventTimeNs());
        if (!add(context, value, session)) {
            // A session whose only record was refused has no result.
            sessions.discard(session);
            return;
        }
        sessions.link(session, context.keyBuffer(), context.keyOffset(), context.keyLength(), earlier, later);
        final long closeNs = closeNs(session);
        queue.add(closeNs, sessions.number(session));
        context.wakeAtEventTime(closeNs);
        if (sessions.isLarge()) {
            context.askForLookAhead();
        }
        onChange(context, session);
    }

    private void extend(final RecordContext context, final V value, final long session) {
        if (add(context, value, session)) {
            sessions.stretch(session, context.eventTimeNs(), context.eventTimeNs());
            onChange(context, session);
        }
    }

    private void merge(final RecordContext context, final V value, final long earlier, final long later) {
        final boolean isEarlierOlder = sessions.number(earlier) < sessions.number(later);
        final long kept = isEarlierOlder ? earlier : later;
        final long absorbed = isEarlierOlder ? later : earlier;
        if (!add(context, value, kept)) {
            return;
        }
        try {
            aggregator.combine(sessions.aggregates, kept, sessions.aggregates, absorbed);
        } catch (final Exception e) {
            // Both stay, a gap apart as before; the record counts in the older one.
            failures.onFailure(context, e);
            return;
        }
        sessions.stretch(kept, sessions.firstNs(absorbed), sessions.lastNs(absorbed));
        // Its element of the queue leads to no session any more, and is dropped when it comes to the front.
        sessions.remove(absorbed);
        onChange(context, kept);
    }

    private boolean add(final RecordContext context, final V value, final long session) {
        sessions.aggregates.keys().change(session);
        try {
            aggregator.add(sessions.aggregates, session, value);
            return true;
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return false;
        }
    }

    private void onChange(final RecordContext context, final long session) {
        switch (emission.kind()) {
            case ON_CLOSE -> {}
            case ON_UPDATE -> emit(context, session, false);
            case EVERY -> changed.add(context, sessions.number(session));
        }
    }

    @Override
    public void onWatermark(final RecordContext context, final long watermarkNs) {
        long session = first();
        while (session != NONE && closeNs(session) <= watermarkNs) {
            emit(context, session, true);
            sessions.remove(session);
            queue.removeFirst();
            session = first();
        }
        if (session != NONE) {
            context.wakeAtEventTime(closeNs(session));
        }
        if (late != null) {
            late.onWatermark(context, watermarkNs);
        }
        next.onWatermark(context, watermarkNs);
    }

    @Override
    public void onLogTime(final RecordContext context, final long logTimeNs) {
        if (changed.isDue(logTimeNs)) {
            for (long change = changed.first(); change >= 0; change = changed.next(change)) {
                final long session = sessions.find(changed.number(change));
                if (session != NONE) {
                    emit(context, session, false);
                }
            }
            changed.clear();
        }
        changed.askAgain(context);
        if (late != null) {
            late.onLogTime(context, logTimeNs);
        }
        next.onLogTime(context, logTimeNs);
    }

    /** The session that closes first, with the front of the queue set right. */
    private long first() {
        while (!queue.isEmpty()) {
            final long session = sessions.find(queue.firstNumber());
            if (session == NONE) {
                queue.removeFirst();
            } else if (closeNs(session) == queue.firstTimeNs()) {
                return session;
            } else {
                queue.putOffFirst(closeNs(session));
            }
        }
        return NONE;
    }

    private void emit(final RecordContext context, final long session, final boolean isFinal) {
        final long eventTimeNs = context.eventTimeNs();
        final DirectBuffer keyBuffer = context.keyBuffer();
        final int keyOffset = context.keyOffset();
        final int keyLength = context.keyLength();
        final long endNs = sessions.lastNs(session) + gapNs;
        // The last instant that the session holds: a window of a later step puts the result where its records belong.
        context.eventTimeNs(endNs - 1);
        context.key(sessions.keyBuffer(session), sessions.keyOffset(session), sessions.keyLength(session));
        windowed.window(sessions.firstNs(session), endNs, isFinal);
        handOn(context, session);
        context.eventTimeNs(eventTimeNs);
        context.key(keyBuffer, keyOffset, keyLength);
    }

    private void handOn(final RecordContext context, final long session) {
        final R result;
        try {
            result = aggregator.result(sessions.aggregates, session);
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return;
        }
        windowed.entry(context.keyBuffer(), context.keyOffset(), context.keyLength(), result);
        next.process(context, windowed);
    }

    private long closeNs(final long session) {
        return sessions.lastNs(session) + gapNs + graceNs;
    }

    @Override
    public void prefetch(final RecordContext context, final V value) {
        touched += sessions.prefetch(context.keyBuffer(), context.keyOffset(), context.keyLength());
    }

    /** Number of open sessions, for tests. */
    int openSessions() {
        return sessions.size();
    }

    @Override
    public StateShape shape() {
        return StateShape.WINDOWS;
    }

    @Override
    public void find(final DirectBuffer key, final int offset, final int length, final StateVisitor visitor) {
        long session = sessions.latest(key, offset, length);
        while (session != NONE) {
            visit(session, visitor);
            session = sessions.earlier(session);
        }
    }

    @Override
    public void forEach(final StateVisitor visitor) {
        for (long session = sessions.first(); session != NONE; session = sessions.next(session)) {
            visit(session, visitor);
        }
    }

    private void visit(final long session, final StateVisitor visitor) {
        visitor.onWindow(
                sessions.keyBuffer(session),
                sessions.keyOffset(session),
                sessions.keyLength(session),
                sessions.firstNs(session),
                sessions.lastNs(session) + gapNs,
                aggregator.copyOf(sessions.aggregates, session));
    }

    @Override
    public void snapshot(final StateWriter out) {
        sessions.snapshot(out);
        queue.snapshot(out);
        changed.snapshot(out);
    }

    @Override
    public void restore(final StateReader in) {
        sessions.restore(in);
        queue.restore(in);
        changed.restore(in);
    }
}
