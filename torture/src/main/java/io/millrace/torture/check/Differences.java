package io.millrace.torture.check;

import java.util.ArrayList;
import java.util.List;

/** What comparisons have found: counts of all, and the first few in words. */
final class Differences {
    private static final int MAX_DESCRIBED = 5;

    private final List<String> described = new ArrayList<>();
    private long lost;
    private long doubled;
    private long outOfOrder;
    private long altered;

    void addLost(final String where, final OutputRecord expected) {
        lost++;
        describe("lost", where, expected, null);
    }

    void addDoubled(final String where, final OutputRecord actual) {
        doubled++;
        describe("doubled", where, null, actual);
    }

    void addOutOfOrder(final String where, final OutputRecord actual) {
        outOfOrder++;
        describe("out of order", where, null, actual);
    }

    /** One of the two may be null: a record that nobody expected is an altered one too. */
    void addAltered(final String where, final OutputRecord expected, final OutputRecord actual) {
        altered++;
        describe("altered", where, expected, actual);
    }

    private void describe(
            final String what, final String where, final OutputRecord expected, final OutputRecord actual) {
        if (described.size() < MAX_DESCRIBED) {
            described.add(what + ": " + where + (expected == null ? "" : " expected=" + expected)
                    + (actual == null ? "" : " actual=" + actual));
        }
    }

    long lost() {
        return lost;
    }

    long doubled() {
        return doubled;
    }

    long outOfOrder() {
        return outOfOrder;
    }

    long altered() {
        return altered;
    }

    List<String> described() {
        return described;
    }

    @Override
    public String toString() {
        return "lost=" + lost + " doubled=" + doubled + " out-of-order=" + outOfOrder + " altered=" + altered + " "
                + described;
    }
}
