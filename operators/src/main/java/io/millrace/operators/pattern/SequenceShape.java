package io.millrace.operators.pattern;

import io.millrace.operators.pattern.SequenceStep.Kind;
import java.util.Arrays;
import java.util.List;

/**
 * The steps of a sequence in the form in which they are followed: stages, each of which takes values or waits for an absence, and
 * before each stage, and behind the last, what must not come.
 *
 * <p>Which steps a value fits is a set of bits, one for each step, in the order in which they were written.
 *
 * <p>A partial match stands in a stage and has taken a number of values there. What it does with the next value of its key is
 * {@link #move}: a function of stage, number, whether it has left out a value since it took the last one, and the bits.
 */
final class SequenceShape {
    /** So many steps fit the bits of an int, with one left to tell a failure. */
    static final int MAX_STEPS = 30;

    // What a partial match does with a value.

    /** Goes on without it. */
    static final int SKIP = 0;

    /** Takes it as one more of its stage. */
    static final int TAKE = 1;

    /** Takes it as the first of the next stage. */
    static final int GO_ON = 2;

    /** Is complete without it. */
    static final int COMPLETE = 3;

    /** Comes to nothing. */
    static final int FAIL = 4;

    /** Number of stages. */
    final int count;

    /** Of the stages; null for an absence. */
    final String[] names;

    /** Whether a value that fits no step may change what is found. */
    final boolean isOrderOfAll;

    /** Whether time may complete or end a stage before the whole sequence has to end. */
    final boolean hasAbsence;

    /** The steps that take values. */
    final int taking;

    private final int[] fits;
    private final int[] least;
    private final int[] most;
    private final boolean[] isNext;
    private final boolean[] isConsecutive;
    private final long[] absenceNs;

    // Before a stage; at the index count: behind the last.
    private final int[] not;
    private final int[] notNext;

    private final int fingerprint;

    /** Takes steps that were checked: the first one begins, and there is none too many. */
    SequenceShape(final List<? extends SequenceStep<?>> steps, final long withinNs, final boolean isOverlapping) {
        final int size = stages(steps);
        names = new String[size];
        fits = new int[size];
        least = new int[size];
        most = new int[size];
        isNext = new boolean[size];
        isConsecutive = new boolean[size];
        absenceNs = new long[size];
        not = new int[size + 1];
        notNext = new int[size + 1];
        int stage = 0;
        boolean isDirect = false;
        int hash = Arrays.hashCode(new long[] {withinNs, isOverlapping ? 1 : 0});
        for (int i = 0; i < steps.size(); i++) {
            final SequenceStep<?> step = steps.get(i);
            final int bit = 1 << i;
            hash = 31 * hash + step.kind().ordinal();
            hash = 31 * hash + Arrays.hashCode(new long[] {step.least(), step.most(), step.absenceNs()});
            hash = 31 * hash + (step.isConsecutive() ? 1 : 0);
            switch (step.kind()) {
                case NOT_NEXT -> notNext[stage] |= bit;
                case NOT_FOLLOWED_BY -> not[stage] |= bit;
                case ABSENT -> {
                    not[stage] |= bit;
                    absenceNs[stage] = step.absenceNs();
                    stage++;
                }
                case BEGIN, NEXT, FOLLOWED_BY -> {
                    names[stage] = step.name();
                    fits[stage] = bit;
                    least[stage] = step.least();
                    most[stage] = step.most();
                    isNext[stage] = step.kind() == Kind.NEXT;
                    isConsecutive[stage] = step.isConsecutive();
                    isDirect |= isNext[stage] || step.isConsecutive() && step.most() > 1;
                    stage++;
                }
            }
            isDirect |= step.kind() == Kind.NOT_NEXT;
        }
        count = size;
        isOrderOfAll = isDirect;
        fingerprint = hash;
        int allThatTake = 0;
        boolean isAnyAbsence = false;
        for (int i = 0; i < size; i++) {
            allThatTake |= fits[i];
            isAnyAbsence |= absenceNs[i] > 0;
        }
        taking = allThatTake;
        hasAbsence = isAnyAbsence;
    }

    private static int stages(final List<? extends SequenceStep<?>> steps) {
        int size = 0;
        for (final SequenceStep<?> step : steps) {
            if (step.kind().takes() || step.kind() == Kind.ABSENT) {
                size++;
            }
        }
        return size;
    }

    /** What a partial match does with a value. */
    int move(final int stage, final int taken, final boolean hasGap, final int bits) {
        final int after = stage + 1;
        if (!isFull(stage, taken)) {
            return fits(stage, bits) ? TAKE : isConsecutive[stage] ? FAIL : SKIP;
        }
        if ((bits & not[after]) != 0 || !hasGap && (bits & notNext[after]) != 0) {
            return FAIL;
        }
        if (after < count && fits(after, bits)) {
            return GO_ON;
        }
        if (takesMore(stage, taken, hasGap) && fits(stage, bits)) {
            return TAKE;
        }
        if (after < count) {
            return isNext[after] ? FAIL : SKIP;
        }
        // All that a sequence that has all its values may wait for, unless it is only for what comes next.
        return not[after] != 0 || takesMore(stage, taken, true) ? SKIP : COMPLETE;
    }

    // An absence has no bit of its own here: what fits it ends the partial match.
    private boolean fits(final int stage, final int bits) {
        return (bits & fits[stage]) != 0;
    }

    private boolean takesMore(final int stage, final int taken, final boolean hasGap) {
        return taken < most[stage] && !(hasGap && isConsecutive[stage]);
    }

    private boolean isFull(final int stage, final int taken) {
        return taken >= least[stage];
    }

    /** Whether a partial match is a match as soon as it has come so far. */
    boolean isComplete(final int stage, final int taken) {
        return stage + 1 == count && taken >= most[stage] && (not[count] | notNext[count]) == 0;
    }

    /** Whether a partial match is a match when its time is over. */
    boolean isCompleteInTime(final int stage, final int taken) {
        return stage + 1 == count && isFull(stage, taken);
    }

    /** How long nothing may come until the next stage is reached, in ns; 0 if it is not reached by that. */
    long absenceNs(final int stage, final int taken) {
        return stage + 1 < count && isFull(stage, taken) ? absenceNs[stage + 1] : 0;
    }

    /** Whether a value begins a sequence. */
    boolean begins(final int bits) {
        return fits(0, bits);
    }

    /** Number of a stage that takes values, by the name of its step. */
    int stage(final String name) {
        for (int i = 0; i < count; i++) {
            if (name.equals(names[i])) {
                return i;
            }
        }
        throw new IllegalArgumentException("no step of the sequence that takes values has the name " + name
                + "; an absence has no name, and what must not come is in no match");
    }

    /** The same for the same steps, but for what their predicates do and how they are called. */
    int fingerprint() {
        return fingerprint;
    }
}
