package io.millrace.operators.pattern;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.codec.KeepingCodec;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.Step;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.keyed.EventTimeRange;
import io.millrace.operators.keyed.LookAhead;
import io.millrace.operators.state.RowTable;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import io.millrace.operators.state.Stateful;
import java.util.function.Predicate;
import org.agrona.DirectBuffer;

/**
 * Finds sequences of values of one key.
 *
 * <p>Which steps a value fits is found out when it comes. Then it waits until the watermark has passed its event time, so that
 * values are looked at in the order of event time, those of one time in the order in which they came. A value that is
 * behind the watermark is late.
 *
 * <p>Each value that fits the first step begins a partial match of its own, and each partial match has one way to go: it takes
 * the first value that it can take, see {@link SequenceShape#move}. So there are never more partial matches than values. One
 * whose time is over, or that is one too many for its key, is handed on as what it has come to.
 *
 * <p>A match is handed on as soon as it is complete. Of several that one value completes, the one that began first comes first.
 * Unless matches may overlap, all other partial matches of the key that began at its last value or before it are
 * dropped, so that no value is in two matches.
 *
 * @param <V> type of the values.
 */
public final class SequenceOperator<V> extends Step<V, Match<V>> implements Stateful {
    private static final int FAILED = -1;

    /** First word of a snapshot: "SEQ1" in ASCII. */
    private static final int SNAPSHOT_FORMAT = 0x31514553;

    private final SequenceShape shape;
    private final Predicate<? super V>[] predicates;
    private final long withinNs;
    private final boolean isOverlapping;
    private final int maxPartial;
    private final Codec<V> codec;
    private final TaskCounters counters;
    private final Operator<? super V> late;
    private final Operator<? super Match<V>> timedOut;
    private final Operator<? super Match<V>> givenUp;
    private final SequenceRows rows;
    private final Match<V> view;
    private final LookAhead lookAhead = new LookAhead();

    // Of the value that is looked at.
    private long number;
    private boolean isUsedUp;

    /**
     * Creates the operator.
     *
     * @param owner    name of the step, for errors.
     * @param failures of the step.
     * @param options  the sequence.
     * @param codec    of the values, of this operator alone.
     * @param memory   of the task.
     * @param counters of the task.
     * @param next     step that takes the matches.
     * @param late     step that takes late values.
     * @param timedOut step that takes partial matches whose time is over.
     * @param givenUp  step that takes partial matches that are too many.
     */
    public SequenceOperator(
            final String owner,
            final FailureHandler failures,
            final SequenceOptions<V> options,
            final Codec<V> codec,
            final StateMemory memory,
            final TaskCounters counters,
            final Operator<? super Match<V>> next,
            final Operator<? super V> late,
            final Operator<? super Match<V>> timedOut,
            final Operator<? super Match<V>> givenUp) {
        super(failures, next);
        this.shape = new SequenceShape(options.steps(), options.withinNs(), options.isOverlapping());
        this.predicates = predicates(options);
        this.withinNs = options.withinNs();
        this.isOverlapping = options.isOverlapping();
        this.maxPartial = options.maxPartial();
        this.codec = codec;
        this.counters = counters;
        this.late = late;
        this.timedOut = timedOut;
        this.givenUp = givenUp;
        this.rows = new SequenceRows(memory, owner);
        this.view = new Match<>(shape, rows, KeepingCodec.of(codec));
    }

    @SuppressWarnings("unchecked") // An array cannot know the type.
    private static <V> Predicate<? super V>[] predicates(final SequenceOptions<V> options) {
        final Predicate<? super V>[] predicates =
                (Predicate<? super V>[]) new Predicate<?>[options.steps().size()];
        for (int i = 0; i < predicates.length; i++) {
            predicates[i] = options.steps().get(i).predicate();
        }
        return predicates;
    }

    @Override
    public void process(final RecordContext context, final V value) {
        final long timeNs = context.eventTimeNs();
        if (!EventTimeRange.holds(timeNs)) {
            failures.onFailure(context, EventTimeRange.refused(timeNs));
        } else if (timeNs < context.watermarkNs()) {
            counters.addLateRecord();
            late.process(context, value);
        } else {
            final int fits = fits(context, value);
            if (fits > 0 || fits == 0 && shape.isOrderOfAll) {
                keep(context, value, fits);
            }
        }
    }

    private int fits(final RecordContext context, final V value) {
        int fits = 0;
        try {
            for (int i = 0; i < predicates.length; i++) {
                fits |= predicates[i].test(value) ? 1 << i : 0;
            }
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return FAILED;
        }
        return fits;
    }

    private void keep(final RecordContext context, final V value, final int fits) {
        // Of a value that no match will show, it counts only that it was there.
        final long element = (fits & shape.taking) == 0 ? rows.elements.add(0) : write(context, value);
        if (element != SequenceRows.NONE) {
            rows.await(context, element, fits);
            askForFirst(context);
            lookAhead.update(context, rows.bytesInUse());
        }
    }

    private long write(final RecordContext context, final V value) {
        final int length;
        try {
            length = codec.encodedLength(value);
            RowTable.checkLength(length);
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return SequenceRows.NONE;
        }
        final long element = rows.elements.add(length);
        try {
            codec.encode(value, rows.elements.buffer(element), rows.elements.valueOffset(element));
        } catch (final Exception e) {
            rows.elements.remove(element);
            failures.onFailure(context, e);
            return SequenceRows.NONE;
        }
        return element;
    }

    private void askForFirst(final RecordContext context) {
        final long firstNs = Math.min(rows.firstWaitingNs(), rows.firstDueNs());
        if (firstNs != Long.MAX_VALUE) {
            context.wakeAtEventTime(firstNs + 1);
        }
    }

    @Override
    public void prefetch(final RecordContext context, final V value) {
        lookAhead.touch(rows.prefetch(context));
    }

    @Override
    public void onWatermark(final RecordContext context, final long watermarkNs) {
        final long eventTimeNs = context.eventTimeNs();
        final DirectBuffer keyBuffer = context.keyBuffer();
        final int keyOffset = context.keyOffset();
        final int keyLength = context.keyLength();
        // At one time first the values: nothing is over before all of its time has been seen.
        long waitingNs = rows.firstWaitingNs();
        long dueNs = rows.firstDueNs();
        while (Math.min(waitingNs, dueNs) < watermarkNs) {
            if (waitingNs <= dueNs) {
                see(context, waitingNs);
            } else {
                look(context, dueNs);
            }
            waitingNs = rows.firstWaitingNs();
            dueNs = rows.firstDueNs();
        }
        context.key(keyBuffer, keyOffset, keyLength);
        context.eventTimeNs(eventTimeNs);
        askForFirst(context);
        next.onWatermark(context, watermarkNs);
        late.onWatermark(context, watermarkNs);
        timedOut.onWatermark(context, watermarkNs);
        givenUp.onWatermark(context, watermarkNs);
    }

    /** Time has closed over a value. */
    private void see(final RecordContext context, final long timeNs) {
        final long element = rows.takeWaiting();
        final long key = rows.keyOf(element);
        final int fits = rows.fits(element);
        rows.key(context, key);
        context.eventTimeNs(timeNs);
        number = rows.nextNumber();
        isUsedUp = false;
        long match = rows.firstMatch(key);
        while (match != SequenceRows.NONE) {
            match = show(context, key, match, element, fits);
        }
        if (shape.begins(fits) && !isUsedUp) {
            begin(context, key, element, timeNs);
        }
        rows.seen(element, key);
    }

    /** Shows a value to a partial match. Gives the one that follows. */
    private long show(
            final RecordContext context, final long key, final long match, final long element, final int fits) {
        final int stage = rows.stage(match);
        final int taken = rows.taken(match);
        switch (shape.move(stage, taken, rows.hasGap(match), fits)) {
            case SequenceShape.TAKE -> {
                return take(context, key, match, element, stage, taken + 1);
            }
            case SequenceShape.GO_ON -> {
                return take(context, key, match, element, stage + 1, 1);
            }
            case SequenceShape.COMPLETE -> {
                return complete(context, key, match);
            }
            case SequenceShape.FAIL -> {
                final long following = rows.nextMatch(match);
                rows.remove(key, match);
                return following;
            }
            default -> {
                if (shape.isOrderOfAll) {
                    rows.skip(match);
                }
                return rows.nextMatch(match);
            }
        }
    }

    private void begin(final RecordContext context, final long key, final long element, final long timeNs) {
        if (rows.matchCount(key) == maxPartial) {
            final long oldest = rows.firstMatch(key);
            view.wrap(oldest);
            givenUp.process(context, view);
            rows.remove(key, oldest);
        }
        take(context, key, rows.begin(key, timeNs, number), element, 0, 1);
    }

    private long take(
            final RecordContext context,
            final long key,
            final long match,
            final long element,
            final int stage,
            final int taken) {
        rows.take(match, element, stage, taken, number);
        if (shape.isComplete(stage, taken)) {
            return complete(context, key, match);
        }
        if (stage + taken == 1 || shape.absenceNs(stage, taken) > 0) {
            rows.look(key, dueNs(match), rows.startNumber(match));
        }
        return rows.nextMatch(match);
    }

    /** Hands on a match, and forgets it and what it rules out. Gives the partial match that follows. */
    private long complete(final RecordContext context, final long key, final long match) {
        view.wrap(match);
        next.process(context, view);
        if (isOverlapping) {
            final long following = rows.nextMatch(match);
            rows.remove(key, match);
            return following;
        }
        final long last = rows.lastNumber(match);
        isUsedUp |= last == number;
        long first = rows.firstMatch(key);
        while (first != SequenceRows.NONE && rows.startNumber(first) <= last) {
            rows.remove(key, first);
            first = rows.firstMatch(key);
        }
        return first;
    }

    /** When something becomes of a partial match although nothing comes. */
    private long dueNs(final long match) {
        final long endNs = rows.startNs(match) + withinNs;
        final long absenceNs = shape.absenceNs(rows.stage(match), rows.taken(match));
        return absenceNs == 0 ? endNs : Math.min(endNs, rows.sinceNs(match) + absenceNs);
    }

    /** Time has closed over one at which something was due. */
    private void look(final RecordContext context, final long timeNs) {
        final long key = rows.firstDueKey();
        final long match = rows.takeDue(key);
        if (match != SequenceRows.NONE && dueNs(match) == timeNs) {
            rows.key(context, key);
            context.eventTimeNs(timeNs);
            // No value is looked at.
            number = Long.MAX_VALUE;
            pass(context, key, match, timeNs);
        }
        lookAgain(key);
        rows.release(key);
    }

    private void pass(final RecordContext context, final long key, final long match, final long timeNs) {
        final int stage = rows.stage(match);
        final int taken = rows.taken(match);
        final long absenceNs = shape.absenceNs(stage, taken);
        if (absenceNs > 0 && rows.sinceNs(match) + absenceNs == timeNs) {
            rows.pass(match, stage + 1, timeNs);
            if (shape.isComplete(stage + 1, 0)) {
                complete(context, key, match);
            }
        } else if (shape.isCompleteInTime(stage, taken)) {
            complete(context, key, match);
        } else {
            view.wrap(match);
            timedOut.process(context, view);
            rows.remove(key, match);
        }
    }

    // Without absences, those that began first end first.
    private void lookAgain(final long key) {
        long first = rows.firstMatch(key);
        if (first == SequenceRows.NONE) {
            return;
        }
        long firstNs = dueNs(first);
        if (shape.hasAbsence) {
            for (long match = rows.nextMatch(first); match != SequenceRows.NONE; match = rows.nextMatch(match)) {
                final long ns = dueNs(match);
                if (ns < firstNs) {
                    first = match;
                    firstNs = ns;
                }
            }
        }
        rows.look(key, firstNs, rows.startNumber(first));
    }

    @Override
    public void onLogTime(final RecordContext context, final long logTimeNs) {
        next.onLogTime(context, logTimeNs);
        late.onLogTime(context, logTimeNs);
        timedOut.onLogTime(context, logTimeNs);
        givenUp.onLogTime(context, logTimeNs);
    }

    @Override
    public void snapshot(final StateWriter out) {
        out.writeInt(SNAPSHOT_FORMAT);
        out.writeInt(shape.fingerprint());
        rows.snapshot(out);
    }

    @Override
    public void restore(final StateReader in) {
        in.check(in.readInt() == SNAPSHOT_FORMAT, "not a sequence");
        in.check(in.readInt() == shape.fingerprint(), "a sequence of other steps");
        rows.restore(in);
    }
}
