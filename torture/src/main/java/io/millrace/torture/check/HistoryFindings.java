package io.millrace.torture.check;

import java.util.ArrayList;
import java.util.List;

/** Counts what is wrong, and keeps the first few of each kind in words. */
final class HistoryFindings {
    private static final int TOLD = 4;

    private final List<String> messages = new ArrayList<>();
    private long lost;
    private long doubled;
    private long outOfOrder;
    private long altered;

    void lost(final String what) {
        tell(lost++, "lost", what);
    }

    void doubled(final String what) {
        tell(doubled++, "doubled", what);
    }

    void outOfOrder(final String what) {
        tell(outOfOrder++, "out of order", what);
    }

    void altered(final String what) {
        tell(altered++, "altered", what);
    }

    HistoryResult result(
            final long sent,
            final long acknowledged,
            final long stored,
            final long seen,
            final GroupTally group,
            final QueueTally queue) {
        return new HistoryResult(
                sent, acknowledged, stored, seen, group, queue, lost, doubled, outOfOrder, altered, messages);
    }

    private void tell(final long before, final String kind, final String what) {
        if (before < TOLD) {
            messages.add(kind + ": " + what);
        }
    }
}
