package io.millrace.perf.flink;

import io.millrace.perf.compare.latency.Pace;
import io.millrace.perf.compare.recovery.RecoveryContender;
import io.millrace.perf.streams.RecoveryTrades;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.core.io.InputStatus;

/** One trade of each instrument as fast as it goes, then each when it is due, with its number in place of event time. Does not end by itself. */
final class RecoveryReader extends SplitReader {
    private static final int BATCH = 256;
    private static final long NONE = -1;

    private final Pace pace = new Pace(TimeUnit.SECONDS.toNanos(1) / RecoveryContender.RATE, Integer.MAX_VALUE);
    private final Trade trade = new Trade();
    private final int keys;
    private final Runnable ready;
    private int paced;
    private long fullCheckpointId = NONE;

    RecoveryReader(final int keys, final Runnable ready) {
        this.keys = keys;
        this.ready = ready;
    }

    @Override
    InputStatus poll(final ReaderOutput<Trade> output) {
        if (next() < keys) {
            final int end = Math.min(keys, next() + BATCH);
            while (next() < end) {
                emit(output);
            }
        } else {
            pace.begin();
            final int due = pace.dueAt(System.nanoTime());
            for (; paced < due; paced++) {
                emit(output);
            }
        }
        return InputStatus.MORE_AVAILABLE;
    }

    private void emit(final ReaderOutput<Trade> output) {
        trade.instrumentId = RecoveryTrades.instrumentId(keys, next());
        trade.price = RecoveryTrades.price(next());
        trade.quantity = RecoveryTrades.quantity(next());
        output.collect(trade, next());
        advance();
    }

    @Override
    public List<TradeSplit> snapshotState(final long checkpointId) {
        if (fullCheckpointId == NONE && next() >= keys) {
            fullCheckpointId = checkpointId;
        }
        return super.snapshotState(checkpointId);
    }

    @Override
    public void notifyCheckpointComplete(final long checkpointId) {
        if (checkpointId == fullCheckpointId) {
            ready.run();
        }
    }
}
