package io.millrace.node.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.millrace.log.LogContext;
import io.millrace.log.LogStore;
import io.millrace.log.ProducerAppender;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import io.millrace.node.demo.codec.MessageHeaderEncoder;
import io.millrace.node.demo.codec.TradeEncoder;
import io.millrace.operators.task.Task;
import io.millrace.streams.JobContext;
import io.millrace.streams.JobTasks;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.NoOpIdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CandleJobAllocationTest {
    private static final int TRADES = 600_000;
    private static final int SYMBOLS = 8;
    private static final long TRADE_INTERVAL_NS = 1_000_000;
    private static final int SEGMENT_LENGTH = 1 << 24;

    private final MutableDirectBuffer message = new ExpandableArrayBuffer();
    private final TradeEncoder trade = new TradeEncoder();
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    Path directory;

    @Test
    void shouldAllocateNothingPerTradeFromTheTradesInTheLogToTheCandlesInTheLog() {
        final LogContext context = new LogContext().directory(directory).segmentLength(SEGMENT_LENGTH);
        try (LogStore store = LogStore.launch(context)) {
            appendTrades(store);
            final JobContext job = new JobContext().idleStrategy(() -> NoOpIdleStrategy.INSTANCE);
            final long allocated;
            try (JobTasks tasks = JobTasks.open(store, CandleJob.topology(), job)) {
                workUntil(tasks.tasks(), TRADES / 2);
                final long before = threads.getCurrentThreadAllocatedBytes();
                workUntil(tasks.tasks(), TRADES);
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }

            // A segment that is entered costs some objects, a trade costs none: 300,000 trades fill four to five
            // segments.
            assertThat(allocated).as("bytes for %d trades", TRADES / 2).isLessThan(50_000);
        }
    }

    private static void workUntil(final List<Task> tasks, final int trades) {
        while (tasks.get(0).counters().recordsIn() < trades) {
            for (int i = 0; i < tasks.size(); i++) {
                tasks.get(i).doWork();
            }
        }
    }

    private void appendTrades(final LogStore store) {
        store.createTopic(TopicSpec.named(CandleJob.TRADES));
        final MessageHeaderEncoder header = new MessageHeaderEncoder();
        try (ProducerAppender appender =
                store.topic(CandleJob.TRADES).partition(0).producer(store.producerId("feed"))) {
            for (int i = 0; i < TRADES; i++) {
                final String symbol = "SYMBOL" + i % SYMBOLS;
                trade.wrapAndApplyHeader(message, 0, header).symbol(symbol).tradeId(i);
                trade.price().mantissa(1_000_000 + i % 1_000);
                trade.quantity().mantissa(1 + i % 77);
                append(appender, i, symbol, MessageHeaderEncoder.ENCODED_LENGTH + trade.encodedLength());
            }
        }
    }

    private void append(final ProducerAppender appender, final int i, final String symbol, final int length) {
        final UnsafeBuffer key = new UnsafeBuffer(symbol.getBytes(StandardCharsets.US_ASCII));
        long position;
        do {
            position = appender.append(
                    i, RecordKind.DATA, i * TRADE_INTERVAL_NS, key, 0, key.capacity(), message, 0, length);
        } while (position == Outcome.BACK_PRESSURED);
        assertThat(position).isPositive();
    }
}
