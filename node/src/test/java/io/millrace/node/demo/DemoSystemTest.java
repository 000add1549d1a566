package io.millrace.node.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.aeron.CommonContext;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.millrace.streams.topology.SourceTime;
import io.millrace.transport.Publisher;
import io.millrace.transport.PublisherContext;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo as a user runs it: a process of its own, real UDP, a real directory. */
class DemoSystemTest {
    private static final String VERIFIED = "verified: 665 of 665 candles equal an independent recomputation";

    @TempDir
    private Path work;

    @Test
    void shouldTurnTheRecordedTradesIntoVerifiedCandles() throws IOException {
        final Path directory = work.resolve("run");

        final DemoProcess demo = DemoProcess.run(work, "--speed", "max", "--dir", directory);

        demo.assertExit(0);
        assertThat(demo.err()).as(demo::report).isEmpty();
        assertThat(demo.out()).contains("trades in    15,863", "late         0", "candles out  665", "p99.9", VERIFIED);
        final PlainTrades trades = PlainTrades.bundled();
        final DemoStore store = new DemoStore(directory);
        assertThat(store.candles()).hasSize(665).isEqualTo(trades.candles(Set.of()));
        assertThat(store.trades()).isEqualTo(byPartition(trades));
    }

    @Test
    void shouldKeepNothingOfARunWithoutADirectory() throws IOException {
        final Path temporary = Files.createDirectory(work.resolve("tmp"));

        final DemoProcess demo = DemoProcess.runWith(
                work, List.of("-Djava.io.tmpdir=" + temporary), "--speed", "max", "--seconds", "0.2");

        demo.assertExit(0);
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void shouldPutLateTradesAsideAndVerifyTheRest() throws IOException {
        final long seed = System.nanoTime();
        final PlainTrades trades = outOfOrder(seed, 20_000);
        final Path data = Files.writeString(work.resolve("unordered.csv"), trades.csv());
        final Path directory = work.resolve("run");

        final DemoProcess demo = DemoProcess.run(work, "--data", data, "--speed", "max", "--dir", directory);

        demo.assertExit(0);
        final DemoStore store = new DemoStore(directory);
        final List<Long> late = store.lateTradeIds();
        final Set<Long> lateSet = new HashSet<>(late);
        assertThat(late).as("seed %d", seed).isNotEmpty().hasSize(lateSet.size());
        assertThat(trades.possiblyLate()).as("seed %d", seed).containsAll(late);
        final List<String> expected = trades.candles(lateSet);
        assertThat(store.candles()).as("seed %d", seed).isEqualTo(expected);
        assertThat(demo.out())
                .contains(String.format("late         %,d ", late.size()))
                .contains(String.format("verified: %,d of %,d candles", expected.size(), expected.size()));
    }

    @Test
    void shouldKeepEveryCommittedTradeWhenKilledAndResume() throws IOException {
        final Path directory = work.resolve("run");
        final DemoStore store = new DemoStore(directory);
        final List<List<String>> expected = byPartition(PlainTrades.bundled());

        try (DemoProcess demo = DemoProcess.start(work, "--speed", "20", "--dir", directory)) {
            await("some thousand trades in the store")
                    .atMost(Duration.ofSeconds(40))
                    .pollInterval(Duration.ofMillis(50))
                    .ignoreExceptions()
                    .until(() -> !demo.isAlive() || count(store.trades()) > 3_000);
            demo.kill();
        }

        final List<List<String>> kept = store.trades();
        assertThat(count(kept)).isGreaterThan(3_000).isLessThan(15_863);
        for (int partition = 0; partition < kept.size(); partition++) {
            final List<String> records = kept.get(partition);
            assertThat(records).isEqualTo(expected.get(partition).subList(0, records.size()));
        }

        final DemoProcess resumed = DemoProcess.run(work, "--speed", "max", "--dir", directory);
        resumed.assertExit(0);
        assertThat(resumed.err()).as(resumed::report).isEmpty();
        assertThat(resumed.out()).contains("resuming the run in " + directory, "held from an earlier run", VERIFIED);
        assertThat(store.trades()).isEqualTo(expected);
        assertThat(store.candles()).isEqualTo(PlainTrades.bundled().candles(Set.of()));

        final DemoProcess again = DemoProcess.run(work, "--dir", directory);
        again.assertExit(2);
        again.assertErrorLine("holds a finished run");
    }

    @Test
    void shouldStopCleanlyOnATermSignalAndResume() {
        final Path directory = work.resolve("run");
        try (DemoProcess demo = DemoProcess.start(work, "--speed", "10", "--dir", directory)) {
            awaitTrades(demo, directory, 500);

            final DemoProcess second = DemoProcess.run(work, "--speed", "max", "--dir", directory);
            assertThat(second.err()).as(second::report).contains(Long.toString(demo.pid()));
            second.assertErrorLine(directory.toString());
            second.assertExit(5);

            demo.terminate();
            demo.await();
            demo.assertExit(128 + 15);
            demo.assertErrorLine("stopped; run again with --dir " + directory + " to resume");
        }
        pauseLongerThanAPartitionMayBeSilentUnlessToldOtherwise();

        final DemoProcess resumed = DemoProcess.run(work, "--speed", "max", "--dir", directory);
        resumed.assertExit(0);
        assertThat(resumed.out()).contains(VERIFIED);
    }

    @Test
    void shouldEndTheInputAfterTheSecondsAskedForAndVerifyWhatWasFed() {
        final DemoProcess demo = DemoProcess.run(work, "--seconds", "1", "--speed", "20");

        demo.assertExit(0);
        assertThat(demo.out()).contains("verified: ").doesNotContain("15,863   ", VERIFIED);
    }

    @Test
    void shouldReportBadLinesAndVerifyTheOthers() throws IOException {
        final Path data = Files.writeString(
                work.resolve("bad.csv"),
                "event_time_ms,symbol,price,quantity\n1000,A,1.5,2\n1001,A,abc,1\n1002,A,2.5,2\n1003,A\n2001,B,7,1\n3001,B,7,0\n");

        final DemoProcess demo = DemoProcess.run(work, "--data", data, "--speed", "max");

        demo.assertExit(2);
        assertThat(demo.err().lines())
                .containsExactly(
                        data + ":3: column price: 'abc' is not a decimal number with at most 8 places",
                        data + ":5: 2 fields where the header names 4",
                        "2 lines of " + data + " left out, see above");
        assertThat(demo.out())
                .contains(
                        "trades in    4",
                        "quantity 0   1",
                        "malformed    2 lines of the file, 0 in",
                        "verified: 2 of 2 candles equal");
    }

    @Test
    void shouldSkipWhatIsNoTradeInTheStreamAndVerifyTheRest() throws IOException {
        final Path directory = work.resolve("run");
        final int port = freePort();
        try (DemoProcess demo = DemoProcess.start(work, "--speed", "40", "--port", port, "--dir", directory)) {
            awaitTrades(demo, directory, 500);
            publishGarbage(port, CandleJob.TRADES, 3);
            demo.await();

            demo.assertExit(0);
            assertThat(demo.out())
                    .contains("trades in    15,863", "malformed    0 lines of the file, 3 in the stream", VERIFIED);
            assertThat(demo.err().lines()).as(demo::report).hasSize(3);
            assertThat(demo.err().lines().filter(line -> line.contains("topic=trades partition=0 position=")))
                    .as(demo::report)
                    .hasSize(3);
        }
    }

    @Test
    void shouldSayInOneLineThatThePortIsInUse() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            final DemoProcess demo = DemoProcess.run(work, "--port", socket.getLocalPort(), "--speed", "max");

            demo.assertExit(4);
            demo.assertErrorLine("port is in use", Integer.toString(socket.getLocalPort()));
        }
    }

    private static void pauseLongerThanAPartitionMayBeSilentUnlessToldOtherwise() {
        LockSupport.parkNanos(SourceTime.DEFAULT.idleAfterNs() + TimeUnit.SECONDS.toNanos(2));
    }

    private void awaitTrades(final DemoProcess demo, final Path directory, final int count) {
        final DemoStore store = new DemoStore(directory);
        await("trades in the store")
                .atMost(Duration.ofSeconds(40))
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptions()
                .until(() -> !demo.isAlive() || count(store.trades()) > count);
        assertThat(demo.isAlive()).as(demo::report).isTrue();
    }

    private static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void publishGarbage(final int port, final String topic, final int count) {
        final UnsafeBuffer key = new UnsafeBuffer("BTCUSDT".getBytes(StandardCharsets.US_ASCII));
        final UnsafeBuffer garbage = new UnsafeBuffer(new byte[] {1, 2, 3});
        final MediaDriver.Context context = new MediaDriver.Context()
                .aeronDirectoryName(CommonContext.generateRandomDirName())
                .dirDeleteOnShutdown(true)
                .threadingMode(ThreadingMode.SHARED);
        try (MediaDriver driver = MediaDriver.launch(context);
                Publisher publisher = Publisher.connect(new PublisherContext()
                        .aeronDirectoryName(driver.aeronDirectoryName())
                        .channel("aeron:udp?endpoint=127.0.0.1:" + port)
                        .topic(topic)
                        .producerName("somebody else"))) {
            for (int i = 0; i < count; i++) {
                await().until(() -> publisher.offer(0, key, 0, key.capacity(), garbage, 0, garbage.capacity()) >= 0);
            }
            await().until(() -> publisher.poll() >= 0 && publisher.isFullyAcknowledged());
        }
    }

    /** Five symbols; most trades within the bound on out-of-orderness, some long after their candle. */
    private static PlainTrades outOfOrder(final long seed, final int count) {
        final SplittableRandom random = new SplittableRandom(seed);
        final PlainTrades trades = new PlainTrades();
        long nowMs = 1_700_000_000_000L;
        for (int i = 0; i < count; i++) {
            nowMs += random.nextInt(10);
            final boolean isFarBehind = random.nextInt(50) == 0;
            final long eventTimeMs = nowMs - random.nextInt(isFarBehind ? 5_000 : 500);
            final BigDecimal price = BigDecimal.valueOf(1 + random.nextLong(10_000_000_000_000L), 8);
            final BigDecimal quantity = BigDecimal.valueOf(1 + random.nextLong(1_000_000_000L), 8);
            trades.add("S" + random.nextInt(5), eventTimeMs, price.toPlainString(), quantity.toPlainString(), i + 1);
        }
        return trades;
    }

    private static int count(final List<? extends List<?>> partitions) {
        return partitions.stream().mapToInt(List::size).sum();
    }

    private static List<List<String>> byPartition(final PlainTrades trades) {
        final List<List<String>> partitions = List.of(new ArrayList<>(), new ArrayList<>());
        for (final PlainTrades.Row row : trades.rows()) {
            final int partition = row.symbol().startsWith("BTC") ? 0 : 1;
            partitions
                    .get(partition)
                    .add(row.symbol() + " " + row.tradeId() + " " + row.eventTimeMs() + " "
                            + new BigDecimal(row.price()).movePointRight(8).longValueExact() + " "
                            + new BigDecimal(row.quantity()).movePointRight(8).longValueExact());
        }
        return partitions;
    }
}
