package io.millrace.perf.streams;

import io.millrace.log.JdkAccess;
import io.millrace.perf.compare.latency.LatencyCase;
import io.millrace.perf.compare.latency.LatencyContender;
import io.millrace.perf.compare.latency.LatencyMeter;
import io.millrace.perf.compare.latency.Pace;
import java.nio.file.Path;

/** The limit: sums by hand, by a thread that gets trades through a mapped file and tells results through another, and never rests. */
public final class LoopLatency implements LatencyContender {
    static {
        JdkAccess.open();
    }

    /** Creates one. */
    public LoopLatency() {}

    @Override
    public void open(final Path directory) {
        // There are files for each rate.
    }

    @Override
    public void run(final LatencyCase latencyCase, final Pace pace, final LatencyMeter meter, final Path directory)
            throws InterruptedException {
        final TradeBlock trades = new TradeBlock(LatencyCase.KEYS, pace.intervalNs(), pace.total());
        try (MappedPipe in = MappedPipe.create(directory, pace.total());
                MappedPipe out = MappedPipe.create(directory, pace.total())) {
            final Worker worker = new Worker(in, out);
            final Thread thread = new Thread(worker, "loop");
            thread.start();
            pace.begin();
            try {
                feed(trades, in, out, pace, meter);
            } finally {
                // Before the files go.
                worker.isStopped = true;
                thread.join();
            }
        }
    }

    private static void feed(
            final TradeBlock trades,
            final MappedPipe in,
            final MappedPipe out,
            final Pace pace,
            final LatencyMeter meter) {
        int sent = 0;
        long nowNs = System.nanoTime();
        while (!meter.isComplete() && !pace.isOver(nowNs)) {
            final int due = pace.dueAt(nowNs);
            for (; sent < due; sent++) {
                in.write(pace.dueNs(sent), trades.instrumentId(sent), trades.price(sent), trades.quantity(sent), 0);
            }
            out.read(meter::onResult);
            nowNs = System.nanoTime();
        }
    }

    @Override
    public String version() {
        return "";
    }

    @Override
    public void close() {
        // Nothing is left open.
    }

    private static final class Worker implements Runnable {
        private final VwapTable table = new VwapTable(LatencyCase.KEYS);
        private final MappedPipe in;
        private final MappedPipe out;
        private volatile boolean isStopped;

        Worker(final MappedPipe in, final MappedPipe out) {
            this.in = in;
            this.out = out;
        }

        @Override
        public void run() {
            while (!isStopped) {
                in.read(this::onTrade);
                Thread.onSpinWait();
            }
        }

        private void onTrade(
                final long dueNs, final long instrumentId, final long price, final long quantity, final long unused) {
            table.add(instrumentId, price, quantity);
            final int slot = table.slotOf(instrumentId);
            out.write(
                    dueNs,
                    instrumentId,
                    table.count(slot),
                    table.quantity(slot),
                    table.notional(slot) / table.quantity(slot));
        }
    }
}
