package io.millrace.perf.streams;

import io.millrace.log.JdkAccess;
import io.millrace.perf.compare.child.Result;
import io.millrace.perf.compare.scale.ScaleMeasure;
import io.millrace.perf.compare.scale.ScaleOutcome;
import io.millrace.perf.compare.scale.ScaleTask;
import io.millrace.perf.compare.scale.ThreadTime;
import io.millrace.perf.compare.stream.ResultSum;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * S2 and S3 at one point of a curve, by hand or as a job: what a trade takes in the shots, and a result at the end of the feed, in time of
 * the thread on a processor; and how many trades a second of the clock takes.
 */
public final class ScaledVwaps implements ScaleMeasure {
    static {
        JdkAccess.open();
    }

    private final List<Double> elapsed = new ArrayList<>();
    private final List<Double> times = new ArrayList<>();
    private final ResultSum sum = new ResultSum();

    /** Creates one; nothing is open until it runs. */
    public ScaledVwaps() {}

    @Override
    public ScaleOutcome run(final ScaleTask task) {
        final ScaledWork work = ScaledWork.of(task);
        final Map<String, Double> figures = new TreeMap<>();
        try (TradeFeed feed = TradeFeed.createIn(
                        task.directory(), work.partitions(), work.keys(), work.stepNs(), work.segmentLength());
                ScaledRun run = task.part().equals("loop") ? new ScaledLoop(feed, work) : new ScaledJob(feed, work)) {
            try (Hands hands = new Hands(run, work.threads())) {
                for (int shot = 0; shot < work.warmUp() + task.scale().shots(); shot++) {
                    shot(feed, run, hands, work.shot());
                    if (shot >= work.warmUp()) {
                        elapsed.add(hands.elapsedNs() / work.shot());
                        times.add(hands.cpuNs() / work.shot());
                    }
                }
                final long before = sum.count();
                shot(feed, run, hands, 0);
                figures.put("result", hands.cpuNs() / Math.max(1, sum.count() - before));
            }
        }
        figures.put("event", Result.median(times));
        figures.put("rate", 1e9 / Result.median(elapsed));
        return new ScaleOutcome(figures, sum.count(), sum.checksum());
    }

    /** Without trades it is the last one, which ends the feed. */
    private void shot(final TradeFeed feed, final ScaledRun run, final Hands hands, final int trades) {
        feed.append(trades);
        if (trades == 0) {
            feed.end();
        }
        run.prepare();
        hands.timeAll();
        run.addResults(sum);
    }

    /** The threads that do a shot. */
    private static final class Hands implements AutoCloseable {
        private final ScaledRun run;
        private final SecondThread second;
        private double elapsedNs;
        private double cpuNs;

        Hands(final ScaledRun run, final int threads) {
            this.run = run;
            this.second = threads == 2 ? SecondThread.start() : null;
        }

        /** By the clock, from when all threads are awake to when all are done; on processors what the calling one takes. */
        void timeAll() {
            if (second != null) {
                second.wake();
            }
            final long startNs = System.nanoTime();
            final long startCpuNs = ThreadTime.ns();
            if (second == null) {
                run.run(0);
            } else {
                second.runBoth(() -> run.run(0), () -> run.run(1));
            }
            cpuNs = ThreadTime.ns() - startCpuNs;
            elapsedNs = System.nanoTime() - startNs;
        }

        double elapsedNs() {
            return elapsedNs;
        }

        double cpuNs() {
            return cpuNs;
        }

        @Override
        public void close() {
            if (second != null) {
                second.close();
            }
        }
    }
}
