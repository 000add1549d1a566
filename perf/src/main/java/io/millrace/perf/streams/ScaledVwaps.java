package io.millrace.perf.streams;

import io.millrace.log.JdkAccess;
import io.millrace.perf.compare.child.Result;
import io.millrace.perf.compare.scale.ScaleMeasure;
import io.millrace.perf.compare.scale.ScaleOutcome;
import io.millrace.perf.compare.scale.ScaleTask;
import io.millrace.perf.compare.stream.ResultSum;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** S2 and S3 at one point of a curve, by hand or as a job: what a trade takes in the shots, and a result at the end of the feed. */
public final class ScaledVwaps implements ScaleMeasure {
    static {
        JdkAccess.open();
    }

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
                    final double time = shot(feed, run, hands, work.shot());
                    if (shot >= work.warmUp()) {
                        times.add(time / work.shot());
                    }
                }
                final long before = sum.count();
                final double time = shot(feed, run, hands, 0);
                figures.put("result", time / Math.max(1, sum.count() - before));
            }
        }
        figures.put("event", Result.median(times));
        figures.put("rate", 1e9 / Result.median(times));
        return new ScaleOutcome(figures, sum.count(), sum.checksum());
    }

    /** Without trades it is the last one, which ends the feed. */
    private double shot(final TradeFeed feed, final ScaledRun run, final Hands hands, final int trades) {
        feed.append(trades);
        if (trades == 0) {
            feed.end();
        }
        run.prepare();
        final double time = hands.timeAll();
        run.addResults(sum);
        return time;
    }

    /** The threads that do a shot. */
    private static final class Hands implements AutoCloseable {
        private final ScaledRun run;
        private final SecondThread second;

        Hands(final ScaledRun run, final int threads) {
            this.run = run;
            this.second = threads == 2 ? SecondThread.start() : null;
        }

        /** In ns by the clock, from when all threads are awake to when all are done. */
        double timeAll() {
            if (second != null) {
                second.wake();
            }
            final long startNs = System.nanoTime();
            if (second == null) {
                run.run(0);
            } else {
                second.runBoth(() -> run.run(0), () -> run.run(1));
            }
            return System.nanoTime() - startNs;
        }

        @Override
        public void close() {
            if (second != null) {
                second.close();
            }
        }
    }
}
