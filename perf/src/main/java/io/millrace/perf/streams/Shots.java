package io.millrace.perf.streams;

import io.millrace.perf.compare.stream.StreamMeter;
import io.millrace.perf.compare.stream.StreamTask;
import java.util.ArrayList;
import java.util.List;

/** Divides the trades of a task into shots, none of which is partly measured, and a last one that ends the feed. */
final class Shots {
    private Shots() {}

    static List<Shot> of(final StreamTask task) {
        final List<Shot> shots = new ArrayList<>();
        add(shots, task.warmUp(), task.workload().shot(), false);
        add(shots, task.measured(), task.workload().shot(), true);
        shots.add(new Shot(0, false));
        return shots;
    }

    private static void add(final List<Shot> shots, final int trades, final int longest, final boolean isMeasured) {
        for (int left = trades; left > 0; left -= longest) {
            shots.add(new Shot(Math.min(left, longest), isMeasured));
        }
    }

    /**
     * One of them.
     *
     * @param trades     how many; 0 in the one that ends the feed.
     * @param isMeasured whether it is timed.
     */
    record Shot(int trades, boolean isMeasured) {
        void append(final TradeFeed feed) {
            feed.append(trades);
            if (trades == 0) {
                feed.end();
            }
        }

        void time(final StreamMeter meter, final Runnable work) {
            if (isMeasured) {
                meter.begin();
                work.run();
                meter.end();
            } else {
                work.run();
            }
        }
    }
}
