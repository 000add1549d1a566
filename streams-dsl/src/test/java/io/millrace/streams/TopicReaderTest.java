package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicReaderTest {
    @TempDir
    Path directory;

    private final List<String> read = new ArrayList<>();
    private StoreFixture fixture;

    @BeforeEach
    void setUp() {
        fixture = new StoreFixture(directory).givenTopic("in", 2);
    }

    @AfterEach
    void tearDown() {
        fixture.close();
    }

    private TopicReader<String> reader() {
        return TopicReader.open(fixture.store(), "in", Codecs.string());
    }

    @Test
    void shouldHandOutKeyValueTimePartitionAndPositionOfEachDataRecord() {
        final long first = fixture.append("in", 0, 5, "k", "a");
        fixture.watermark("in", 0, 6);
        fixture.append("in", 1, 7, "", "b");
        final List<Long> positions = new ArrayList<>();

        try (TopicReader<String> reader = reader()) {
            final long count = reader.readAll(record -> {
                read.add(record.partition() + ": " + record.key(Codecs.string()) + "=" + record.value() + " at "
                        + record.eventTimeNs());
                positions.add(record.position());
            });

            assertThat(count).isEqualTo(2);
        }

        assertThat(read).containsExactly("0: k=a at 5", "1: null=b at 7");
        assertThat(positions).first().isEqualTo(first);
    }

    @Test
    void shouldShowTheKeyOfARecord() {
        fixture.append("in", 0, 1, "k1", "a");
        fixture.append("in", 0, 2, "", "b");
        fixture.append("in", 0, 3, "\u0000\u0001", "c");
        fixture.append("in", 0, 4, "x".repeat(65), "d");

        try (TopicReader<String> reader = reader()) {
            reader.readAll(record -> read.add(record.toString().replaceFirst("position=\\d+, ", "")));
        }

        assertThat(read)
                .containsExactly(
                        "TopicRecord{partition=0, key=k1, value=a}",
                        "TopicRecord{partition=0, key=none, value=b}",
                        "TopicRecord{partition=0, key=0x0001, value=c}",
                        "TopicRecord{partition=0, key=" + "x".repeat(64) + "... of 65 bytes, value=d}");
    }

    @Test
    void shouldGoOnWhereItStopped() {
        fixture.append("in", 0, 1, "", "a");
        final long position;
        try (TopicReader<String> reader = reader()) {
            reader.readAll(record -> read.add(record.value()));
            position = reader.position(0);
        }
        fixture.append("in", 0, 2, "", "b");

        try (TopicReader<String> reader = reader().seek(0, position)) {
            reader.readAll(record -> read.add(record.value()));
        }

        assertThat(read).containsExactly("a", "b");
    }

    @Test
    void shouldReadFromTheEndAndFromTheBeginningAgain() {
        fixture.append("in", 0, 1, "", "a");
        try (TopicReader<String> reader = reader().seekToEnd()) {
            fixture.append("in", 0, 2, "", "b");
            reader.readAll(record -> read.add(record.value()));
            reader.seekToBegin().readAll(record -> read.add(record.value()));
        }

        assertThat(read).containsExactly("b", "a", "b");
    }

    @Test
    void shouldPollNoMoreThanAskedForAndNothingTwice() {
        for (int i = 0; i < 5; i++) {
            fixture.watermark("in", 0, i);
            fixture.append("in", i % 2, i, "", "v" + i);
        }
        final List<Integer> counts = new ArrayList<>();

        try (TopicReader<String> reader = reader()) {
            int count;
            do {
                count = reader.poll(record -> read.add(record.value()), 2);
                counts.add(count);
            } while (count > 0);
        }

        assertThat(counts).containsExactly(2, 2, 1, 0);
        assertThat(read).containsExactlyInAnyOrder("v0", "v1", "v2", "v3", "v4");
    }

    @Test
    void shouldHandOutARecordAgainThatTheConsumerRefused() {
        fixture.append("in", 0, 1, "", "a");

        try (TopicReader<String> reader = reader()) {
            assertThatThrownBy(() -> reader.poll(
                            record -> {
                                throw new IllegalStateException("not now");
                            },
                            1))
                    .hasMessage("not now");
            reader.poll(record -> read.add(record.value()), 1);
        }

        assertThat(read).containsExactly("a");
    }

    @Test
    void shouldNameThePlaceOfARecordOfAnotherFormat() {
        final long position = fixture.append("in", 1, 1, "", "abc");

        try (TopicReader<Long> reader = TopicReader.open(fixture.store(), "in", Codecs.int64())) {
            assertThatThrownBy(() -> reader.readAll(record -> read.add("never")))
                    .isInstanceOfSatisfying(
                            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_RECORD))
                    .hasMessageContaining("topic=in partition=1 position=" + position);
        }
    }

    @Test
    void shouldRefuseWrongUseWithTheReason() {
        final TopicReader<String> reader = reader();

        assertThatThrownBy(() -> reader.seek(2, 0)).hasMessageContaining("its partitions are 0 to 1");
        assertThatThrownBy(() -> reader.poll(record -> {}, 0)).hasMessageContaining("at least 1 record, not 0");
        assertThatThrownBy(() -> TopicReader.open(fixture.store(), "none", Codecs.string()))
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC));
        reader.close();
        assertThatThrownBy(() -> reader.poll(record -> {}, 1)).hasMessageContaining("closed");
    }
}
