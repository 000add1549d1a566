package io.millrace.torture.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Follows what was written under one key through all the ways that a join may have gone. A way leads from state to state; a step makes
 * a record or none. All states are kept that what was written so far may have led to. Where none leads on to the next
 * record, one that is missing in front of it is put in, if there is one; otherwise the record is left out, as nothing makes it.
 *
 * @param <S> a state, equal to another one if the same may follow.
 */
final class RowPath<S> {
    private static final int LOOK_AHEAD = 4;
    private static final int MAX_TRIED = 256;

    /** The steps of a join. */
    interface Steps<S> {
        /** Says whether a record cannot be made any more after a state; may be wrong in saying no. */
        boolean isBeyond(S state, OutputRecord record);

        /** Gives the steps from a state; of times that are equally right that of the record, if it is one of them. */
        void from(S state, OutputRecord record, Taker<S> taker);

        /** Says whether all is done. */
        boolean isEnd(S state);

        /** Gives the steps from a state that are enough to find out whether nothing is to be made before the end. */
        default void toEnd(final S state, final Taker<S> taker) {
            from(state, null, taker);
        }
    }

    /** Takes steps. */
    interface Taker<S> {
        /** A step, with what it makes, null for nothing. */
        void step(OutputRecord made, S next);
    }

    private final Steps<S> steps;
    private final List<OutputRecord> written;
    private final List<OutputRecord> expected = new ArrayList<>();

    private RowPath(final Steps<S> steps, final List<OutputRecord> written) {
        this.steps = steps;
        this.written = written;
    }

    /** What should have been written, as near as can be to what was. */
    static <S> List<OutputRecord> follow(final Steps<S> steps, final S start, final List<OutputRecord> written) {
        final RowPath<S> path = new RowPath<>(steps, written);
        Set<S> states = Set.of(start);
        for (int i = 0; i < written.size(); i++) {
            states = path.follow(states, i);
        }
        path.end(states);
        return path.expected;
    }

    private Set<S> follow(final Set<S> states, final int index) {
        final OutputRecord record = written.get(index);
        final Set<S> next = through(states, record);
        if (!next.isEmpty()) {
            expected.add(record);
            return next;
        }
        final OutputRecord missing = missing(states, index);
        if (missing == null) {
            return states;
        }
        expected.add(missing);
        expected.add(record);
        return through(through(states, missing), record);
    }

    /** The states behind a record. */
    private Set<S> through(final Set<S> states, final OutputRecord record) {
        final Set<S> next = new LinkedHashSet<>();
        for (final S state : quietly(states, record)) {
            steps.from(state, record, (made, following) -> {
                if (record.equals(made)) {
                    next.add(following);
                }
            });
        }
        return next;
    }

    /** All states that are reached without making a record. */
    private Set<S> quietly(final Set<S> states, final OutputRecord record) {
        final Set<S> reached = new LinkedHashSet<>(states);
        final ArrayDeque<S> open = new ArrayDeque<>(states);
        while (!open.isEmpty()) {
            steps.from(open.remove(), record, (made, following) -> {
                if (made == null && (record == null || !steps.isBeyond(following, record)) && reached.add(following)) {
                    open.add(following);
                }
            });
        }
        return reached;
    }

    /** A record behind which the next one may follow, if possible one that was written near by; or null. */
    private OutputRecord missing(final Set<S> states, final int index) {
        final List<OutputRecord> near = written.subList(index, Math.min(written.size(), index + LOOK_AHEAD));
        final Set<OutputRecord> candidates = made(states).keySet();
        for (final OutputRecord record : near) {
            if (candidates.contains(record) && leadsOn(states, record, index)) {
                return record;
            }
        }
        int tried = 0;
        for (final OutputRecord record : candidates) {
            if (tried++ < MAX_TRIED && leadsOn(states, record, index)) {
                return record;
            }
        }
        return null;
    }

    private boolean leadsOn(final Set<S> states, final OutputRecord candidate, final int index) {
        return !through(through(states, candidate), written.get(index)).isEmpty();
    }

    /** What may be made next, and a state behind it. */
    private Map<OutputRecord, S> made(final Set<S> states) {
        final Map<OutputRecord, S> made = new LinkedHashMap<>();
        for (final S state : quietly(states, null)) {
            steps.from(state, null, (record, following) -> {
                if (record != null) {
                    made.putIfAbsent(record, following);
                }
            });
        }
        return made;
    }

    private boolean isAtEnd(final Set<S> states) {
        final Set<S> reached = new HashSet<>(states);
        final ArrayDeque<S> open = new ArrayDeque<>(states);
        while (!open.isEmpty()) {
            final S state = open.remove();
            if (steps.isEnd(state)) {
                return true;
            }
            steps.toEnd(state, (made, following) -> {
                if (made == null && reached.add(following)) {
                    open.add(following);
                }
            });
        }
        return false;
    }

    /** Adds what is missing at the end. */
    private void end(final Set<S> states) {
        Set<S> left = states;
        while (!isAtEnd(left)) {
            final Map.Entry<OutputRecord, S> next =
                    made(left).entrySet().iterator().next();
            expected.add(next.getKey());
            left = Set.of(next.getValue());
        }
    }
}
