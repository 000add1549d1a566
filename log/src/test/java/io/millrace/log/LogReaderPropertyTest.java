package io.millrace.log;

import static io.millrace.log.Records.SEGMENT_LENGTH;
import static io.millrace.log.Records.untilAccepted;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.record.RecordKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

/** Random appends, aborts and reopens against a list; then every kind of seek. */
class LogReaderPropertyTest {
    private static final String SEED_PROPERTY = "millrace.test.seed";

    @TempDir
    private Path directory;

    /** What the log should hold: where each record starts and which number it carries. */
    private final List<Long> positions = new ArrayList<>();

    private final UnsafeBuffer bytes = new UnsafeBuffer(new byte[SEGMENT_LENGTH]);

    @RepeatedTest(5)
    void shouldFindTheNextRecordFromAnyPosition() {
        final long seed = Long.getLong(SEED_PROPERTY, System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        try {
            for (int round = 0; round < 3; round++) {
                try (LogStore store = LogStore.launch(Records.context(directory))) {
                    final LogPartition partition =
                            store.createTopic(TopicSpec.named("t")).partition(0);
                    appendSome(partition, random);
                    checkSeeks(partition, random);
                }
            }
            try (LogStore store = LogStore.openReadOnly(Records.context(directory))) {
                checkSeeks(store.topic("t").partition(0), random);
            }
        } catch (final Throwable failure) {
            throw new AssertionError("repeat with -D" + SEED_PROPERTY + '=' + seed, failure);
        }
    }

    private void appendSome(final LogPartition partition, final SplittableRandom random) {
        final LogAppender appender = partition.appender();
        final RecordClaim claim = new RecordClaim();
        for (int i = random.nextInt(600); i > 0; i--) {
            final int length = random.nextInt(10) == 0 ? 4 + random.nextInt(16_000) : 4 + random.nextInt(100);
            if (random.nextInt(8) == 0) {
                untilAccepted(() -> appender.claim(claim, RecordKind.DATA, 1, 0, length));
                claim.abort();
            } else {
                bytes.putInt(0, positions.size());
                positions.add(untilAccepted(() -> appender.append(RecordKind.DATA, 1, null, 0, 0, bytes, 0, length)));
            }
        }
    }

    private void checkSeeks(final LogPartition partition, final SplittableRandom random) {
        final long tail = partition.tailPosition();
        try (LogReader reader = partition.reader()) {
            for (int i = 0; i < 300; i++) {
                final long target = random.nextInt(4) == 0 && !positions.isEmpty()
                        ? positions.get(random.nextInt(positions.size()))
                        : random.nextLong(-10, tail + 10_000);
                reader.seek(target);
                checkNext(reader, expectedIndex(target), 1 + random.nextInt(5));
            }
            reader.seekToEnd();
            assertThat(reader.isAtEnd()).isTrue();
            assertThat(reader.poll(record -> {}, 1)).isZero();
            reader.seekToBegin();
            checkNext(reader, 0, positions.size() + 1);
        }
    }

    private int expectedIndex(final long target) {
        int index = 0;
        while (index < positions.size() && positions.get(index) < target) {
            index++;
        }
        return index;
    }

    private void checkNext(final LogReader reader, final int from, final int count) {
        final List<Long> read = new ArrayList<>();
        reader.poll(
                record -> {
                    final int number = record.buffer().getInt(record.valueOffset());
                    assertThat(number).isEqualTo(from + read.size());
                    read.add(record.position());
                },
                count);
        assertThat(read).isEqualTo(positions.subList(from, Math.min(from + count, positions.size())));
    }
}
