package io.millrace.torture.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.record.RecordChecksum;
import io.millrace.torture.check.CheckResult;
import io.millrace.torture.check.Checker;
import io.millrace.torture.job.TortureStore.Written;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The checker tells each kind of damage in a real store, and how much of it there is. */
class DamageTest {
    private static final long SEED = 7;
    private static final long COUNT = 1_000;
    private static final int FIRST_RECORD = 4096;

    @TempDir
    Path directory;

    /** Runs a topology and copies its output with a mistake in the first partition. */
    private CheckResult checked(
            final TopologyName topology, final int partitions, final Consumer<List<Written>> mistake)
            throws IOException {
        final TortureStore store = new TortureStore(directory, topology, partitions, SEED);
        final List<Boolean> done = new ArrayList<>();
        final UnaryOperator<List<Written>> inFirst = records -> {
            if (done.isEmpty()) {
                mistake.accept(records);
                done.add(true);
            }
            return records;
        };
        try (store) {
            store.runWithRestarts(COUNT);
            store.runUndisturbed();
            store.copy("out", "hurt-out", inFirst);
        }
        return Checker.check(store.request(COUNT, "hurt-out", "calm-out"));
    }

    private static void assertFound(
            final CheckResult result, final long lost, final long doubled, final long outOfOrder, final long altered) {
        assertThat(new long[] {result.lost(), result.doubled(), result.outOfOrder(), result.altered()})
                .as("lost, doubled, out of order, altered: %s", result.messages())
                .containsExactly(lost, doubled, outOfOrder, altered);
        assertThat(result.gaps()).as("gaps: %s", result.messages()).isZero();
        assertThat(result.damaged()).as("damaged: %s", result.messages()).isZero();
        assertThat(result.isClean()).isEqualTo(lost + doubled + outOfOrder + altered == 0);
    }

    private static Written of(final Written record, final Consumer<byte[]> change) {
        final byte[] value = record.value().clone();
        change.accept(value);
        return new Written(record.kind(), record.eventTimeNs(), record.key(), value);
    }

    private static int nextOfKey(final List<Written> records, final int index) {
        for (int i = index + 1; i < records.size(); i++) {
            if (Arrays.equals(records.get(i).key(), records.get(index).key())) {
                return i;
            }
        }
        throw new AssertionError("no other record of the key of record " + index);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldFindNothingInACopy(final int partitions) throws IOException {
        final CheckResult result = checked(TopologyName.STATELESS, partitions, records -> {});

        assertFound(result, 0, 0, 0, 0);
        assertThat(result.messages()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldCountRecordsThatWereLost(final int partitions) throws IOException {
        final CheckResult result = checked(
                TopologyName.STATELESS,
                partitions,
                records -> records.subList(100, 107).clear());

        assertFound(result, 7, 0, 0, 0);
        assertThat(result.messages()).hasSize(10);
        assertThat(result.messages().get(0))
                .startsWith("lost: against the undisturbed run, hurt-out/0")
                .contains(" expected={eventTimeNs=1700000000")
                .containsPattern("key=\\[\\d+\\] value=\\[\\d+ \\d+\\]");
    }

    @Test
    void shouldCountTheLastRecordWhenItIsLost() throws IOException {
        assertFound(checked(TopologyName.WINDOWS, 1, records -> records.remove(records.size() - 1)), 1, 0, 0, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldCountRecordsThatCameTwice(final int partitions) throws IOException {
        final CheckResult result = checked(TopologyName.STATELESS, partitions, records -> {
            final List<Written> again = new ArrayList<>(records.subList(200, 250));
            records.addAll(250, again);
        });

        assertFound(result, 0, 50, 0, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldCountRecordsOfAKeyThatWereSwapped(final int partitions) throws IOException {
        final CheckResult result = checked(
                TopologyName.STATELESS,
                partitions,
                // Of one key with others in between, those two are out of order where one task wrote the partition
                // alone.
                records -> Collections.swap(records, 10, nextOfKey(records, 10)));

        assertFound(result, 0, 0, partitions == 1 ? 2 : 1, 0);
    }

    @Test
    void shouldCountNeighboursThatWereSwapped() throws IOException {
        assertFound(checked(TopologyName.TRADES, 1, records -> Collections.swap(records, 3, 4)), 0, 0, 1, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldCountValuesThatWereChanged(final int partitions) throws IOException {
        final CheckResult result = checked(TopologyName.SESSIONS, partitions, records -> {
            records.set(20, of(records.get(20), value -> value[17] ^= 1));
            records.set(30, of(records.get(30), value -> value[33] ^= 64));
        });

        assertFound(result, 0, 0, 0, 2);
    }

    @Test
    void shouldCountEventTimesAndKeysThatWereChanged() throws IOException {
        final CheckResult result = checked(TopologyName.TIMERS, 1, records -> {
            final Written first = records.get(20);
            records.set(20, new Written(first.kind(), first.eventTimeNs() + 1, first.key(), first.value()));
            final Written second = records.get(50);
            final byte[] key = second.key().clone();
            key[7] = 1;
            records.set(50, new Written(second.kind(), second.eventTimeNs(), key, second.value()));
        });

        assertFound(result, 0, 0, 0, 2);
    }

    @Test
    void shouldCountSeveralKindsOfDamageAtOnce() throws IOException {
        final CheckResult result = checked(TopologyName.STATELESS, 1, records -> {
            records.add(400, records.get(5));
            records.remove(300);
            Collections.swap(records, 200, 201);
            records.set(100, of(records.get(100), value -> value[0] ^= 1));
        });

        assertFound(result, 1, 1, 1, 1);
    }

    @Test
    void shouldFindByTheReferenceWhatBothRunsHaveWrong() throws IOException {
        final TortureStore store = new TortureStore(directory, TopologyName.STAGES, 2, SEED);
        try (store) {
            store.runWithRestarts(COUNT);
            store.runUndisturbed();
            store.copy("out", "hurt-out", records -> {
                records.remove(2);
                return records;
            });
        }

        final CheckResult result = Checker.check(store.request(COUNT, "hurt-out", "hurt-out"));

        assertFound(result, 2, 0, 0, 0);
        assertThat(result.messages().get(0)).startsWith("lost: against the reference");
    }

    @Test
    void shouldHoldTheInputAgainstWhatShouldHaveBeenFed() throws IOException {
        final TortureStore store = new TortureStore(directory, TopologyName.STATELESS, 1, SEED);
        try (store) {
            store.runWithRestarts(COUNT);
            store.runUndisturbed();
        }

        assertFound(Checker.check(store.request(COUNT + 1)), 1, 0, 0, 0);
        assertFound(Checker.check(store.request(COUNT - 2)), 0, 0, 0, 2);
    }

    @Test
    void shouldTellASequenceThatWasLeftOut() throws IOException {
        final TortureStore store = closedStore();

        rewriteLast(store.segment("out", 0), (segment, record) -> {
            segment.putLong(record + 32, segment.getLong(record + 32) + 1);
            segment.putInt(record + 4, new RecordChecksum().compute(segment, record, segment.getInt(record), record));
        });
        final CheckResult result = Checker.check(store.request(COUNT));

        assertThat(result.gaps()).isEqualTo(1);
        assertThat(result.lost() + result.doubled() + result.outOfOrder() + result.altered())
                .as("%s", result.messages())
                .isZero();
        assertThat(result.isClean()).isFalse();
        assertThat(result.messages()).hasSize(2);
        assertThat(result.messages().get(0)).contains("the last sequence of producer");
        assertThat(result.messages().get(1)).contains("out/0 producer=");
    }

    @ParameterizedTest
    @ValueSource(strings = {"out", "calm-out", "in", "torture.in.checkpoints"})
    void shouldTellAByteThatWasChangedInTheFile(final String topic) throws IOException {
        final TortureStore store = closedStore();

        rewriteLast(store.segment(topic, 0), (segment, record) -> {
            final int last = record + segment.getInt(record) - 1;
            segment.putByte(last, (byte) (segment.getByte(last) ^ 4));
        });
        final CheckResult result = Checker.check(store.request(COUNT));

        assertThat(result.damaged()).isEqualTo(1);
        assertThat(result.isClean()).isFalse();
        assertThat(result.messages().get(0))
                .startsWith("damaged: checksum of a record is wrong: " + store.segment(topic, 0) + " offset=");
    }

    @Test
    void shouldTellAnEndThatIsCutOff() throws IOException {
        final TortureStore store = closedStore();

        rewriteLast(
                store.segment("out", 0),
                (segment, record) -> segment.setMemory(record, segment.getInt(record), (byte) 0));
        final CheckResult result = Checker.check(store.request(COUNT));

        assertThat(result.damaged()).isEqualTo(1);
        assertThat(result.lost()).isEqualTo(1);
        assertThat(result.messages().get(0)).contains("the partition ends at").contains("the durable cut says");
    }

    private TortureStore closedStore() throws IOException {
        final TortureStore store = new TortureStore(directory, TopologyName.WINDOWS, 1, SEED);
        try (store) {
            store.runWithRestarts(COUNT);
            store.runUndisturbed();
        }
        assertThat(Checker.check(store.request(COUNT)).messages()).isEmpty();
        return store;
    }

    private interface Change {
        void make(UnsafeBuffer segment, int record);
    }

    private static void rewriteLast(final Path file, final Change change) throws IOException {
        final byte[] bytes = Files.readAllBytes(file);
        final UnsafeBuffer segment = new UnsafeBuffer(bytes);
        int last = FIRST_RECORD;
        for (int next = last; next < bytes.length && segment.getInt(next, ByteOrder.LITTLE_ENDIAN) > 0; ) {
            last = next;
            next += segment.getInt(next, ByteOrder.LITTLE_ENDIAN) + 7 & -8;
        }
        change.make(segment, last);
        Files.write(file, bytes);
    }
}
