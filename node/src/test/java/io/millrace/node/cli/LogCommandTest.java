package io.millrace.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Durability;
import io.millrace.log.LogAppender;
import io.millrace.log.LogContext;
import io.millrace.log.LogPartition;
import io.millrace.log.LogStore;
import io.millrace.log.ProducerAppender;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class LogCommandTest {
    private static final int SEGMENT_LENGTH = 64 * 1024;
    private static final long CLOCK_NS = 1_700_000_000_000_000_000L;
    private static final int VALUES_OF_TWO_SEGMENTS = 1_500;

    @TempDir
    private Path directory;

    private final CommandRun command = new CommandRun();
    private final StringWriter out = command.out;
    private final StringWriter err = command.err;

    @Test
    void shouldListItsCommandsWhenNothingIsAsked() {
        assertThat(run("log")).isZero();

        assertThat(out.toString()).contains("describe", "dump", "verify", "tail");
    }

    @Test
    void shouldDescribeTopicsPartitionsTimesAndProducersOfALiveStore() {
        try (LogStore store = givenStore()) {
            assertThat(run("log", "describe", store.directory().toString())).isZero();
        }

        assertThat(out.toString().lines().map(String::strip))
                .contains(
                        "orders: id=1 partitions=2 segment=65536 bytes durability=process keys=murmur2",
                        "log time from 2023-11-14T22:13:20Z to 2023-11-14T22:13:20Z",
                        "producer 1 'feed': last sequence 0")
                .anyMatch(line -> line.matches("orders/0: segments=\\d records=2 begin=4096 end=4184"))
                .anyMatch(line -> line.matches("orders/1: segments=\\d records=0 begin=4096 end=4096"));
    }

    @Test
    void shouldDescribeWhatATopicKeepsAndForHowLong() {
        try (LogStore store = LogStore.launch(new LogContext().directory(directory))) {
            store.createTopic(TopicSpec.named("rows")
                    .segmentLength(SEGMENT_LENGTH)
                    .durability(Durability.POWER)
                    .retentionBytes(1 << 20)
                    .retentionTime(Duration.ofHours(36))
                    .compacted(true));
            assertThat(run("log", "describe", store.directory().toString())).isZero();
        }

        assertThat(out.toString().lines())
                .contains("rows: id=1 partitions=1 segment=65536 bytes durability=power keys=murmur2"
                        + " retention=1048576 bytes retention=PT36H compacted tombstones=PT24H");
    }

    @Test
    void shouldDumpRecordsWithTheirHeaderAndPayload() {
        givenStore().close();

        assertThat(run("log", "dump", directory.toString())).isZero();

        final List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0))
                .matches(
                        "orders/0 position=4096 length=45 kind=data crc=[0-9a-f]{8} event=1970-01-01T00:00:00.000000007Z"
                                + " log=2023-11-14T22:13:20Z key='k' value='o.ne'");
        assertThat(lines.get(1)).contains("position=4144", "kind=watermark", "producer=1 sequence=0", "event=end");
    }

    @Test
    void shouldDumpFromAPositionAsManyRecordsAsAskedInHex() {
        givenStore().close();

        assertThat(run("log", "dump", directory.toString(), "--limit", "1", "--payload", "hex", "--bytes", "2"))
                .isZero();
        assertThat(out.toString().lines()).hasSize(1).allMatch(line -> line.endsWith("key=6b value=6f1b...(4)"));

        assertThat(run("log", "dump", directory.toString(), "--topic", "orders", "--partition", "0", "--from", "4097"))
                .isZero();
        assertThat(out.toString().lines()).hasSize(1).allMatch(line -> line.contains("position=4144"));
    }

    @Test
    void shouldVerifyALiveStoreInOneLine() {
        try (LogStore store = givenStore()) {
            assertThat(run("log", "verify", store.directory().toString())).isZero();
        }

        assertThat(out.toString())
                .matches("ok: partitions=2 segments=\\d bytes=\\d+ records=2 checksums=\\d without=\\d open claims=0"
                        + " damaged=0\\R");
    }

    @Test
    void shouldNameEveryDamagedSegmentAndVerifyTheOthers() throws IOException {
        try (LogStore store = givenStore()) {
            final LogAppender appender = store.topic("orders").partition(0).appender();
            for (int i = 0; i < VALUES_OF_TWO_SEGMENTS; i++) {
                append(appender, "", "some value " + i);
            }
        }
        // A value in the first segment, a length in the second.
        flip(segment(0), 4096 + 42);
        flip(segment(SEGMENT_LENGTH), 4096 + 3);

        assertThat(run("log", "verify", directory.toString())).isEqualTo(1);

        final List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0))
                .isEqualTo("DAMAGED orders/0: position=4096 file=" + segment(0)
                        + " offset=4096: record checksum mismatch: length=45");
        assertThat(lines.get(1))
                .startsWith("DAMAGED orders/0: position=69632 file=" + segment(SEGMENT_LENGTH)
                        + " offset=4096: a record header is damaged: length=");
        assertThat(lines.get(2)).startsWith("DAMAGED: partitions=2 ").endsWith(" damaged=2");
    }

    @Test
    void shouldReportADamagedTimeIndex() throws IOException {
        try (LogStore store = givenStore()) {
            final LogAppender appender = store.topic("orders").partition(0).appender();
            for (int i = 0; i < VALUES_OF_TWO_SEGMENTS; i++) {
                append(appender, "", "some value " + i);
            }
        }
        flip(segment(0), 200);

        assertThat(run("log", "verify", directory.toString())).isEqualTo(1);

        assertThat(out.toString())
                .startsWith("DAMAGED orders/0: position=0 file=" + segment(0) + " offset=0: the time index is damaged");
    }

    @Test
    void shouldReportADamagedSegmentHeader() throws IOException {
        givenStore().close();
        flip(segment(0), 17);

        assertThat(run("log", "verify", directory.toString())).isEqualTo(1);

        assertThat(out.toString()).contains("segment header is damaged: file=" + segment(0) + " field=checksum");
    }

    @Test
    void shouldFindAnyFlippedByteOfARecord() throws IOException {
        givenStore().close();

        for (int i = 0; i < 45; i++) {
            // A slot that differs by one byte is a wrong checksum too.
            flip(segment(0), 4096 + i);
            assertThat(run("log", "verify", directory.toString()))
                    .as("byte %d", i)
                    .isEqualTo(1);
            flip(segment(0), 4096 + i);
        }

        assertThat(run("log", "verify", directory.toString())).isZero();
    }

    @Test
    @Timeout(20)
    void shouldTailUntilItHasWhatWasAskedFor() {
        try (LogStore store = givenStore()) {
            assertThat(run("log", "tail", store.directory().toString(), "--from-begin", "--limit", "2"))
                    .isZero();
        }

        assertThat(out.toString().lines()).hasSize(2).allMatch(line -> line.startsWith("orders/0 position="));
    }

    @Test
    void shouldSayInOneLineThatADirectoryIsNoStore() {
        assertThat(run("log", "describe", directory.toString())).isEqualTo(2);

        assertThat(err.toString())
                .isEqualTo("millrace log describe: directory is not a store: " + directory + "; choose another one"
                        + System.lineSeparator());
    }

    @Test
    void shouldSayInOneLineThatATopicDoesNotExist() {
        givenStore().close();

        assertThat(run("log", "dump", directory.toString(), "--topic", "oders")).isEqualTo(ExitCode.REFUSED);

        assertThat(err.toString().lines()).hasSize(1).allMatch(line -> line.contains("no such topic: topic=oders"));
    }

    private LogStore givenStore() {
        final LogStore store = LogStore.launch(new LogContext()
                .directory(directory)
                .segmentLength(SEGMENT_LENGTH)
                .clock(() -> CLOCK_NS));
        final LogPartition partition =
                store.createTopic(TopicSpec.named("orders").partitions(2)).partition(0);
        append(partition.appender(), "k", "o\u001bne");
        try (ProducerAppender producer = partition.producer(store.producerId("feed"))) {
            producer.append(0, RecordKind.WATERMARK, Long.MAX_VALUE, null, 0, 0, null, 0, 0);
        }
        return store;
    }

    private static void append(final LogAppender appender, final String key, final String value) {
        final UnsafeBuffer bytes = new UnsafeBuffer((key + value).getBytes(StandardCharsets.US_ASCII));
        final int keyLength = key.length();
        long result = Outcome.BACK_PRESSURED;
        while (result == Outcome.BACK_PRESSURED) {
            result = appender.append(
                    RecordKind.DATA, 7, bytes, 0, keyLength, bytes, keyLength, bytes.capacity() - keyLength);
        }
        assertThat(result).isPositive();
    }

    private Path segment(final long base) {
        return directory.resolve("topics/orders/0/" + String.format("%020d.seg", base));
    }

    private static void flip(final Path file, final int offset) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(offset);
            final int old = bytes.read();
            bytes.seek(offset);
            bytes.write(old ^ 0x10);
        }
    }

    private int run(final String... args) {
        return command.run(args);
    }
}
