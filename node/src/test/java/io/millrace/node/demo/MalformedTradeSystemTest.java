package io.millrace.node.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.log.LogReader;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import io.millrace.node.Node;
import io.millrace.node.NodeContext;
import io.millrace.node.demo.codec.CandleDecoder;
import io.millrace.node.demo.codec.MessageHeaderDecoder;
import io.millrace.node.demo.codec.MessageHeaderEncoder;
import io.millrace.node.demo.codec.TradeEncoder;
import io.millrace.operators.task.SkippedRecord;
import io.millrace.streams.Job;
import io.millrace.streams.JobContext;
import io.millrace.transport.Publisher;
import io.millrace.transport.PublisherContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MalformedTradeSystemTest {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final UnsafeBuffer SYMBOL = new UnsafeBuffer("BTCUSDT".getBytes(StandardCharsets.US_ASCII));

    private final ExpandableArrayBuffer message = new ExpandableArrayBuffer();
    private final ConcurrentLinkedQueue<SkippedRecord> skipped = new ConcurrentLinkedQueue<>();

    @TempDir
    Path directory;

    @Test
    void shouldCountAndReportAMalformedTradeWithItsPositionAndKeepItsNeighbours() throws Exception {
        try (Node node = Node.launch(new NodeContext().directory(directory).segmentLength(1 << 20))) {
            node.store().createTopic(TopicSpec.named(CandleJob.TRADES).partitions(2));
            final JobContext context = new JobContext().onSkipped(skipped::add);
            try (Job job = Job.start(node.store(), CandleJob.topology(), context);
                    Publisher publisher = connect(node)) {
                trade(publisher, 0, -7);
                trade(publisher, 1, 100);
                garbage(publisher, 2);
                trade(publisher, 3, 300);
                trade(publisher, 4, -5);
                trade(publisher, 5, 200);
                end(publisher);

                assertThat(job.awaitCompletion(DEADLINE)).isTrue();
                assertThat(job.counters().skippedRecords()).isEqualTo(3);
            }

            assertThat(candles(node)).containsExactly("open=100 high=300 low=100 close=200 count=3");
            assertThat(skipped).hasSize(3);
            assertThat(skipped).anySatisfy(record -> {
                assertThat(record.topic()).isEqualTo(CandleJob.TRADES);
                assertThat(record.operator()).isEqualTo(CandleJob.TRADES);
                assertThat(record.position()).isEqualTo(positionOf(node, record.partition(), 2));
            });
            assertThat(skipped).anySatisfy(record -> {
                assertThat(record.operator()).isEqualTo("candles-1s");
                assertThat(record.reason()).contains("price=-5e-8");
            });
        }
    }

    private static Publisher connect(final Node node) {
        return Publisher.connect(new PublisherContext()
                .aeron(node.aeron())
                .channel(node.ingressChannel())
                .streamId(node.ingressStreamId())
                .topic(CandleJob.TRADES)
                .producerName("feed"));
    }

    private void trade(final Publisher publisher, final long eventTimeNs, final long price) {
        final TradeEncoder trade = new TradeEncoder()
                .wrapAndApplyHeader(message, 0, new MessageHeaderEncoder())
                .symbol("BTCUSDT")
                .tradeId(eventTimeNs);
        trade.price().mantissa(price);
        trade.quantity().mantissa(1);
        offer(publisher, eventTimeNs, MessageHeaderEncoder.ENCODED_LENGTH + trade.encodedLength());
    }

    private void garbage(final Publisher publisher, final long eventTimeNs) {
        message.putBytes(0, "this is no trade at all".getBytes(StandardCharsets.US_ASCII));
        offer(publisher, eventTimeNs, 23);
    }

    private void offer(final Publisher publisher, final long eventTimeNs, final int length) {
        await().atMost(DEADLINE).until(() -> {
            publisher.poll();
            final long outcome = publisher.offer(eventTimeNs, SYMBOL, 0, SYMBOL.capacity(), message, 0, length);
            assertThat(outcome).isNotEqualTo(Outcome.CLOSED);
            return outcome >= 0;
        });
    }

    private static void end(final Publisher publisher) {
        for (int partition = 0; partition < publisher.partitionCount(); partition++) {
            final int target = partition;
            await().atMost(DEADLINE).until(() -> publisher.watermark(target, Long.MAX_VALUE) >= 0);
        }
        await().atMost(DEADLINE).until(() -> {
            publisher.poll();
            return publisher.isFullyAcknowledged();
        });
    }

    private static long positionOf(final Node node, final int partition, final int index) {
        final List<Long> positions = new ArrayList<>();
        try (LogReader reader =
                node.store().topic(CandleJob.TRADES).partition(partition).reader()) {
            reader.poll(record -> positions.add(record.position()), 100);
        }
        return positions.get(index);
    }

    private static List<String> candles(final Node node) {
        final List<String> candles = new ArrayList<>();
        final CandleDecoder candle = new CandleDecoder();
        for (int i = 0; i < node.store().topic(CandleJob.CANDLES).partitionCount(); i++) {
            try (LogReader reader =
                    node.store().topic(CandleJob.CANDLES).partition(i).reader()) {
                reader.poll(
                        record -> {
                            assertThat(record.kind()).isEqualTo(RecordKind.DATA);
                            candle.wrapAndApplyHeader(
                                    record.buffer(), record.valueOffset(), new MessageHeaderDecoder());
                            candles.add("open=" + candle.open().mantissa() + " high="
                                    + candle.high().mantissa() + " low="
                                    + candle.low().mantissa() + " close="
                                    + candle.close().mantissa() + " count=" + candle.count());
                        },
                        100);
            }
        }
        return candles;
    }
}
