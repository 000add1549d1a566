package io.millrace.perf.compare.nexmark;

import io.millrace.examples.nexmark.RowSum;
import io.millrace.perf.compare.stream.StreamMeter;
import io.millrace.perf.compare.stream.StreamOutcome;
import java.util.ArrayList;
import java.util.List;

/**
 * One run of a query by a peer whose sources and sinks lie in this process: times it from the first event that a source gives out to
 * when every sink has taken its last row. Peers need a second to start, which is not theirs to be timed here. For any threads.
 */
public final class PeerRun {
    private final StreamMeter meter = new StreamMeter();
    private final List<RowSum> sums = new ArrayList<>();
    private boolean hasBegun;
    private int open;

    /** Creates one that has not begun. */
    public PeerRun() {}

    /** Learns that a source is about to give out its first event; the first source counts. */
    public synchronized void onFirstEvent() {
        if (!hasBegun) {
            hasBegun = true;
            meter.begin();
        }
    }

    /**
     * Learns of a sink; all of them are there before the first ends.
     *
     * @return takes its rows, from one thread.
     */
    public synchronized RowSum openSink() {
        final RowSum sum = new RowSum();
        sums.add(sum);
        open++;
        return sum;
    }

    /** Learns that a sink has all of its rows; the last one counts. */
    public synchronized void closeSink() {
        open--;
        if (open == 0) {
            meter.end();
        }
    }

    /**
     * What came out.
     *
     * @param events that were given out.
     * @return the outcome.
     */
    public synchronized StreamOutcome outcome(final long events) {
        final long[] total = NexmarkRows.total(sums);
        return StreamOutcome.of(events, meter, total[0], total[1]);
    }
}
