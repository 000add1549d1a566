package io.millrace.torture.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.BatchClaim;
import io.millrace.log.LogContext;
import io.millrace.log.LogPartition;
import io.millrace.log.LogStore;
import io.millrace.log.ProducerAppender;
import io.millrace.log.RecordClaim;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Stores as the product writes them are read; whatever is done to their files ends in one clear error or in nothing worse. */
class StoreReaderFuzzTest {
    private static final int SEGMENT_LENGTH = 1 << 16;
    private static final int ROUNDS = Integer.getInteger("millrace.rounds", 150);
    private static final int MAX_VALUE = 900;

    @TempDir
    Path directory;

    private final SplittableRandom random = new SplittableRandom(11);
    private final List<OutputRecord> written = new ArrayList<>();

    /** Records of all kinds, batches, padding, several segments, a partition whose beginning was removed, an empty one. */
    private void writeStore() {
        try (LogStore store =
                LogStore.launch(new LogContext().directory(directory).segmentLength(SEGMENT_LENGTH))) {
            final LogPartition all =
                    store.createTopic(TopicSpec.named("all").partitions(2)).partition(0);
            final ProducerAppender producer = all.producer(store.producerId("one"), 1);
            final RecordClaim claim = new RecordClaim();
            for (int i = 0; i < 400; i++) {
                switch (random.nextInt(8)) {
                    case 0 -> {
                        final int length = random.nextInt(MAX_VALUE);
                        untilTaken(() -> all.appender().claim(claim, RecordKind.DATA, 1, 0, length));
                        claim.abort();
                    }
                    case 1 -> appendBatch(producer);
                    default -> append(producer, i);
                }
            }
            final LogPartition cut = store.createTopic(TopicSpec.named("cut")).partition(0);
            final ProducerAppender other = cut.producer(store.producerId("two"));
            for (int i = 0; i < 400; i++) {
                append(other, -1);
            }
            store.forceNow();
            cut.truncateBefore(2 * SEGMENT_LENGTH + 1);
        }
    }

    private static void untilTaken(final LongSupplier append) {
        long outcome;
        do {
            outcome = append.getAsLong();
        } while (outcome == Outcome.BACK_PRESSURED);
        assertThat(outcome).as("outcome of an append").isPositive();
    }

    private void append(final ProducerAppender producer, final int index) {
        final byte[] key = new byte[random.nextInt(20)];
        final byte[] value = new byte[random.nextInt(MAX_VALUE)];
        final byte kind = random.nextInt(10) == 0 ? RecordKind.WATERMARK : RecordKind.DATA;
        untilTaken(() -> producer.append(
                producer.lastSequence() + 1,
                kind,
                index,
                new UnsafeBuffer(key),
                0,
                key.length,
                new UnsafeBuffer(value),
                0,
                value.length));
        if (index >= 0) {
            written.add(new OutputRecord(kind, index, key, value));
        }
    }

    private void appendBatch(final ProducerAppender producer) {
        final BatchClaim batch = new BatchClaim();
        final int length = BatchClaim.recordLength(0, 8);
        untilTaken(() -> producer.claimBatch(batch, producer.lastSequence() + 1, 4 * length));
        for (int i = 0; i < 3; i++) {
            final UnsafeBuffer value = new UnsafeBuffer(new byte[8]);
            value.putLong(0, i);
            batch.append(RecordKind.DATA, -5, null, 0, 0, value, 0, 8);
            written.add(new OutputRecord(RecordKind.DATA, -5, new byte[0], value.byteArray()));
        }
        batch.commit();
    }

    @Test
    void shouldReadWhatTheProductHasWritten() throws IOException {
        writeStore();
        final List<String> damage = new ArrayList<>();

        final StoreReader store = StoreReader.open(directory);
        final long count = new StoreVerification(store, damage::add).verify(Set.of());
        final List<OutputRecord> read = new ArrayList<>();
        new AppendedRecords(store, store.topic("all"), 0, 2).forEachRemaining(read::add);

        assertThat(damage).isEmpty();
        assertThat(read).isEqualTo(written);
        assertThat(count).isGreaterThan(written.size() + 1);
        assertThat(store.sequenceGaps(store.topic("all"), 0)).isEmpty();
        assertThat(store.sequenceGaps(store.topic("cut"), 0)).isEmpty();
        assertThat(store.records(store.topic("cut"), 0).begin()).isGreaterThanOrEqualTo(SEGMENT_LENGTH);
    }

    @Test
    @Timeout(120)
    void shouldEndInOneClearErrorWhateverIsDoneToAFile() throws IOException {
        writeStore();
        final List<Path> files;
        try (Stream<Path> all = Files.walk(directory)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        int found = 0;
        for (int round = 0; round < ROUNDS; round++) {
            final Path file = files.get(random.nextInt(files.size()));
            final byte[] whole = Files.readAllBytes(file);
            if (whole.length > 0) {
                Files.write(file, damaged(whole));
                found += read(file, round) ? 0 : 1;
                Files.write(file, whole);
            }
        }

        assertThat(found).as("rounds that found something").isGreaterThan(ROUNDS / 4);
        assertThat(read(directory, -1)).as("the store is as it was").isTrue();
    }

    private byte[] damaged(final byte[] whole) {
        final byte[] bytes = whole.clone();
        switch (random.nextInt(4)) {
            case 0 -> {
                return Arrays.copyOf(bytes, random.nextInt(bytes.length));
            }
            case 1 -> Arrays.fill(bytes, random.nextInt(bytes.length), bytes.length, (byte) 0);
            case 2 -> {
                for (int i = random.nextInt(bytes.length); i < bytes.length; i += 1 + random.nextInt(bytes.length)) {
                    bytes[i] = (byte) random.nextInt();
                }
            }
            default -> {
                // Where the lengths and headers are.
                final int at = random.nextInt(Math.min(bytes.length, 200));
                final int offset = bytes.length == SEGMENT_LENGTH && random.nextBoolean() ? 4096 + at : at;
                bytes[offset] ^= (byte) (1 << random.nextInt(8));
            }
        }
        return bytes;
    }

    /** Reads all there is; false when it was told of damage. */
    private boolean read(final Path file, final int round) {
        final List<String> damage = new ArrayList<>();
        try {
            final StoreReader store = StoreReader.open(directory);
            new StoreVerification(store, damage::add).verify(Set.of());
            for (final StoredTopic topic : store.topics()) {
                for (int i = 0; i < topic.partitions() && damage.isEmpty(); i++) {
                    store.sequenceGaps(topic, i);
                }
            }
        } catch (final DamagedStoreException e) {
            damage.add(e.getMessage());
        } catch (final Exception | StackOverflowError e) {
            throw new AssertionError("round " + round + " on " + file, e);
        }
        assertThat(damage)
                .allSatisfy(message -> assertThat(message)
                        .as("round %d on %s", round, file)
                        .hasLineCount(1)
                        .contains(directory.toString())
                        .hasSizeLessThan(400));
        return damage.isEmpty();
    }
}
