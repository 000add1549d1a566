package io.millrace.torture.check;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares records that should be there with records that are, and names each difference.
 *
 * <p>Two records are the same when all their bytes are. What both lists have in common at their beginnings and ends is no
 * difference, so only what lies between is kept in memory:
 * <ol>
 *   <li>The n-th copy of a record among those expected is matched with the n-th among those that are there. What is left over of
 *       the first is missing; what is left over of the second is <em>doubled</em> when such a record is expected anywhere in the
 *       list, and otherwise a stranger.
 *   <li>Missing records and strangers, now of all lists that are compared together, are paired in their order, those under one
 *       key first: each pair is one <em>altered</em> record. What is missing beyond that is <em>lost</em>, and a stranger beyond
 *       that is altered as well: it has come from nothing that was expected.
 *   <li>Of the matched ones, as few as can explain their order are <em>out of order</em>: all but the longest row of them that
 *       stand in the order expected.
 * </ol>
 */
final class Comparison {
    private final Differences differences;
    private final List<Placed> missing = new ArrayList<>();
    private final List<Placed> strangers = new ArrayList<>();

    /** A record and where it stands, or should. */
    private record Placed(String where, OutputRecord record) {
        ByteBuffer key() {
            return ByteBuffer.wrap(record.key());
        }
    }

    private Comparison(final Differences differences) {
        this.differences = differences;
    }

    /** Compares two lists whose whole order matters; the expected one may be walked over twice. */
    static void inOrder(
            final Differences differences,
            final String where,
            final Iterable<OutputRecord> expected,
            final Iterator<OutputRecord> actual) {
        final Comparison comparison = new Comparison(differences);
        comparison.compare(where, expected, actual);
        comparison.pairUp();
    }

    /** Compares two lists in which only the order of the records of each key matters. */
    static void byKey(
            final Differences differences,
            final String where,
            final Iterable<OutputRecord> expected,
            final Iterator<OutputRecord> actual) {
        final Comparison comparison = new Comparison(differences);
        final Map<ByteBuffer, List<OutputRecord>> expectedKeys = grouped(expected.iterator());
        final Map<ByteBuffer, List<OutputRecord>> actualKeys = grouped(actual);
        final Set<ByteBuffer> keys = new LinkedHashSet<>(expectedKeys.keySet());
        keys.addAll(actualKeys.keySet());
        for (final ByteBuffer key : keys) {
            comparison.compare(
                    where + " of the key",
                    expectedKeys.getOrDefault(key, List.of()),
                    actualKeys.getOrDefault(key, List.of()).iterator());
        }
        comparison.pairUp();
    }

    private void compare(
            final String where, final Iterable<OutputRecord> expected, final Iterator<OutputRecord> actual) {
        final Iterator<OutputRecord> expectedOnes = expected.iterator();
        int index = 0;
        while (expectedOnes.hasNext() && actual.hasNext()) {
            final OutputRecord first = expectedOnes.next();
            final OutputRecord second = actual.next();
            if (!first.equals(second)) {
                new Rest(where, expected, index, listOf(first, expectedOnes), listOf(second, actual)).compare();
                return;
            }
            index++;
        }
        if (expectedOnes.hasNext() || actual.hasNext()) {
            new Rest(where, expected, index, listOf(null, expectedOnes), listOf(null, actual)).compare();
        }
    }

    private void pairUp() {
        final Map<ByteBuffer, ArrayDeque<Placed>> ofKeys = new HashMap<>();
        final ArrayDeque<Placed> unpaired = new ArrayDeque<>();
        missing.forEach(each ->
                ofKeys.computeIfAbsent(each.key(), key -> new ArrayDeque<>()).add(each));
        for (final Placed stranger : strangers) {
            final ArrayDeque<Placed> ofKey = ofKeys.get(stranger.key());
            if (ofKey == null || ofKey.isEmpty()) {
                unpaired.add(stranger);
            } else {
                addAltered(ofKey.remove(), stranger);
            }
        }
        // What is left of a key are its last ones, in the order in which they are missing.
        final Set<Placed> left = Collections.newSetFromMap(new IdentityHashMap<>());
        ofKeys.values().forEach(left::addAll);
        for (final Placed each : missing) {
            if (left.contains(each)) {
                if (unpaired.isEmpty()) {
                    differences.addLost(each.where, each.record);
                } else {
                    addAltered(each, unpaired.remove());
                }
            }
        }
        unpaired.forEach(stranger -> differences.addAltered(stranger.where, null, stranger.record));
    }

    private void addAltered(final Placed expected, final Placed actual) {
        differences.addAltered(expected.where, expected.record, actual.record);
    }

    private static Map<ByteBuffer, List<OutputRecord>> grouped(final Iterator<OutputRecord> records) {
        final Map<ByteBuffer, List<OutputRecord>> keys = new LinkedHashMap<>();
        records.forEachRemaining(record -> keys.computeIfAbsent(ByteBuffer.wrap(record.key()), key -> new ArrayList<>())
                .add(record));
        return keys;
    }

    private static List<OutputRecord> listOf(final OutputRecord first, final Iterator<OutputRecord> others) {
        final List<OutputRecord> list = new ArrayList<>();
        if (first != null) {
            list.add(first);
        }
        others.forEachRemaining(list::add);
        return list;
    }

    /** What follows behind the beginning that two lists have in common. */
    private final class Rest {
        private final String where;
        private final Iterable<OutputRecord> all;
        private final int start;
        private final List<OutputRecord> expected;
        private final List<OutputRecord> actual;
        private final List<Integer> left = new ArrayList<>();

        // Of the matched ones, in the order in which they are there: their places in the two lists.
        private final List<Integer> matchedActual = new ArrayList<>();
        private final List<Integer> matchedExpected = new ArrayList<>();

        Rest(
                final String where,
                final Iterable<OutputRecord> all,
                final int start,
                final List<OutputRecord> expected,
                final List<OutputRecord> actual) {
            this.where = where;
            this.all = all;
            this.start = start;
            int common = 0;
            while (common < Math.min(expected.size(), actual.size())
                    && expected.get(expected.size() - 1 - common).equals(actual.get(actual.size() - 1 - common))) {
                common++;
            }
            this.expected = expected.subList(0, expected.size() - common);
            this.actual = actual.subList(0, actual.size() - common);
        }

        void compare() {
            match();
            sortLeft();
            addOutOfOrder();
        }

        private String at(final int index) {
            return where + " index=" + (start + index);
        }

        private void match() {
            final Map<OutputRecord, ArrayDeque<Integer>> open = new HashMap<>();
            for (int i = 0; i < expected.size(); i++) {
                open.computeIfAbsent(expected.get(i), record -> new ArrayDeque<>())
                        .add(i);
            }
            final boolean[] isMatched = new boolean[expected.size()];
            for (int i = 0; i < actual.size(); i++) {
                final ArrayDeque<Integer> places = open.get(actual.get(i));
                if (places == null || places.isEmpty()) {
                    left.add(i);
                } else {
                    final int place = places.remove();
                    isMatched[place] = true;
                    matchedActual.add(i);
                    matchedExpected.add(place);
                }
            }
            for (int i = 0; i < isMatched.length; i++) {
                if (!isMatched[i]) {
                    missing.add(new Placed(at(i), expected.get(i)));
                }
            }
        }

        /** What is left over is doubled where such a record is expected anywhere, and else a stranger. */
        private void sortLeft() {
            final Set<OutputRecord> unknown = new HashSet<>();
            left.forEach(index -> unknown.add(actual.get(index)));
            final Set<OutputRecord> known = new HashSet<>();
            for (final OutputRecord record : unknown.isEmpty() ? List.<OutputRecord>of() : all) {
                if (unknown.contains(record)) {
                    known.add(record);
                }
            }
            for (final int index : left) {
                if (known.contains(actual.get(index))) {
                    differences.addDoubled(at(index), actual.get(index));
                } else {
                    strangers.add(new Placed(at(index), actual.get(index)));
                }
            }
        }

        private void addOutOfOrder() {
            final boolean[] isInOrder = LongestRow.of(matchedExpected);
            for (int i = 0; i < isInOrder.length; i++) {
                if (!isInOrder[i]) {
                    final int index = matchedActual.get(i);
                    differences.addOutOfOrder(at(index), actual.get(index));
                }
            }
        }
    }
}
