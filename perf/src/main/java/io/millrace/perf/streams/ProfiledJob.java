package io.millrace.perf.streams;

import io.millrace.log.JdkAccess;
import io.millrace.perf.compare.stream.StreamWorkload;
import io.millrace.streams.Windows;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import org.HdrHistogram.Histogram;

/** S1, S2 and S6 under a recorder that takes samples: a process of its own, which warms up before it records. */
public final class ProfiledJob {
    static {
        JdkAccess.open();
    }

    private static final Duration PERIOD = Duration.ofMillis(1);
    private static final int KEYS = 1_000;
    private static final int RATE = 100_000;
    private static final int WARM_UP_SHOTS = 6;

    private ProfiledJob() {}

    /**
     * Records.
     *
     * @param args workload (s1, s2, s6), events to record, directory for files, file for the recording.
     * @throws IOException when the recording cannot be written.
     */
    public static void main(final String[] args) throws IOException {
        io.millrace.perf.compare.child.ParentWatch.start();
        record(args[0], Integer.parseInt(args[1]), Path.of(args[2]), Path.of(args[3]));
        Runtime.getRuntime().halt(0);
    }

    /**
     * Records a workload in this process.
     *
     * @param workload  s1, s2 or s6.
     * @param events    while it records; as many in shots before it.
     * @param directory for files; empty, and removed by somebody else.
     * @param file      for the recording.
     * @throws IOException when the recording cannot be written.
     */
    public static void record(final String workload, final int events, final Path directory, final Path file)
            throws IOException {
        if (workload.equals("s6")) {
            recordPaced(events, directory, file);
            return;
        }
        final StreamWorkload which = StreamWorkload.of(workload);
        try (TradeFeed feed = TradeFeed.createIn(directory, KEYS, which.stepNs());
                TradeJob job = TradeJob.open(
                        feed,
                        which == StreamWorkload.FILTER_MAP
                                ? TradeJob.largeTrades()
                                : TradeJob.vwaps(Windows.tumbling(StreamWorkload.TUMBLING_SIZE)))) {
            final int shot = Math.min(events, which.shot());
            for (int i = 0; i < WARM_UP_SHOTS; i++) {
                feed.append(shot);
                job.run();
            }
            try (Recording recording = begin()) {
                for (int done = 0; done < events; done += shot) {
                    feed.append(shot);
                    job.run();
                }
                end(recording, file);
            }
        }
    }

    /** A running sum of each key, and a result for each trade, at a fixed rate by one thread that never rests. */
    private static void recordPaced(final int events, final Path directory, final Path file) throws IOException {
        final long intervalNs = TimeUnit.SECONDS.toNanos(1) / RATE;
        try (TradeFeed feed = TradeFeed.createIn(directory, KEYS, intervalNs);
                io.millrace.streams.JobTasks tasks = TradeJob.tasks(feed, TradeJob.rollingVwaps(), Duration.ZERO);
                PacedTrades trades = new PacedTrades(feed, intervalNs, 0)) {
            trades.run(tasks, events, new Histogram(3));
            try (Recording recording = begin()) {
                trades.run(tasks, events, new Histogram(3));
                end(recording, file);
            }
        }
    }

    private static Recording begin() {
        final Recording recording = new Recording();
        recording.enable("jdk.ExecutionSample").withPeriod(PERIOD);
        recording.start();
        return recording;
    }

    private static void end(final Recording recording, final Path file) throws IOException {
        recording.stop();
        recording.dump(file);
    }
}
