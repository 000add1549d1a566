package io.millrace.torture.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.record.RecordKind;
import io.millrace.torture.check.CheckResult;
import io.millrace.torture.check.Checker;
import io.millrace.torture.job.TortureStore.Written;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The checker tells each kind of damage in every output of the larger topologies, and how much of it there is. */
class TableDamageTest {
    private static final long SEED = 7;
    private static final long COUNT = 6_000;
    private static final int PARTITIONS = 2;
    private static final int RATE_OFFSET = 16;
    private static final long NOBODY = -1;
    private static final Set<String> MAY_LEAVE_OUT = Set.of("inner", "linked", "linked-inner");
    private static final String UNORDERED = "unordered";

    @TempDir
    Path directory;

    /** What is done to the records of an output, and what has to be found. */
    private enum Mistake {
        NONE,
        LOSE,
        DOUBLE,
        SWAP,
        ALTER,
        DELETE;

        private static final int OUT_OF_ORDER = 2;
        private static final int ALTERED = 3;

        /** Makes the mistake where there is a place for it. */
        boolean make(final List<Written> records, final String output) {
            final int index = index(records, output);
            if (index < 0) {
                return false;
            }
            final Written record = records.get(index);
            switch (this) {
                case LOSE -> records.remove(index);
                case DOUBLE -> records.add(nextOfKey(records, index), record);
                case SWAP -> Collections.swap(records, index, nextOfKey(records, index));
                case ALTER -> {
                    final byte[] value = record.value().clone();
                    value[value.length - 1] ^= 1;
                    records.set(index, new Written(record.kind(), record.eventTimeNs(), record.key(), value));
                }
                // At a time at which there is no other delete.
                case DELETE ->
                    records.set(
                            index,
                            new Written(RecordKind.TOMBSTONE, record.eventTimeNs() + 1, record.key(), new byte[0]));
                default -> {
                    // All stays as it is.
                }
            }
            return true;
        }

        long[] counts(final List<String> names) {
            final int outputs = names.size();
            final long[] counts = new long[ALTERED + 1];
            switch (this) {
                case LOSE -> counts[0] = outputs;
                case DOUBLE -> counts[1] = outputs;
                case SWAP -> counts[OUT_OF_ORDER] = outputs - (names.contains(UNORDERED) ? 1 : 0);
                case ALTER, DELETE -> counts[ALTERED] = outputs;
                default -> {
                    // Nothing is to be found.
                }
            }
            return counts;
        }

        /**
         * A value with another record of its key behind it. Of a join that may leave out what it has not met, one between two that
         * belong to the same order or have met the same rate: any other might be missing because it has met the table at another moment.
         */
        private static int index(final List<Written> records, final String output) {
            for (int i = 0; i < records.size(); i++) {
                final int next = nextOfKey(records, i);
                if (MAY_LEAVE_OUT.contains(output)) {
                    final int last = next < 0 ? -1 : nextOfKey(records, next);
                    if (last > 0 && haveOneInCommon(records.get(i), records.get(next), records.get(last))) {
                        return next;
                    }
                } else if (records.get(i).kind() == RecordKind.DATA && next > 0) {
                    return i;
                }
            }
            return -1;
        }

        /** Whether three are of one order, or have one rate. */
        private static boolean haveOneInCommon(final Written first, final Written second, final Written third) {
            for (final int offset : new int[] {0, RATE_OFFSET}) {
                final long id = id(first, offset);
                if (id != NOBODY && id == id(second, offset) && id == id(third, offset)) {
                    return true;
                }
            }
            return false;
        }

        private static long rate(final Written record) {
            return id(record, RATE_OFFSET);
        }

        private static long id(final Written record, final int offset) {
            return record.kind() == RecordKind.DATA
                    ? ByteBuffer.wrap(record.value())
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong(offset)
                    : NOBODY;
        }

        private static int nextOfKey(final List<Written> records, final int index) {
            for (int i = index + 1; i < records.size(); i++) {
                if (Arrays.equals(records.get(i).key(), records.get(index).key())) {
                    return i;
                }
            }
            return -1;
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = TopologyName.class,
            names = {"TABLES", "ENRICH", "RELATIONS", "PATTERNS", "ASYNC"})
    void shouldCountWhatWasDoneToEachOutput(final TopologyName topology) throws IOException {
        // Too few are late for windows to hurt one of a key that has another.
        final List<String> hurt = topology.outputs().stream()
                .filter(output -> !output.equals("late-even"))
                .toList();
        final long count = switch (topology) {
            case ASYNC -> COUNT / 12;
            case RELATIONS, PATTERNS -> COUNT / 3;
            default -> COUNT;
        };
        final TortureStore store = new TortureStore(directory, topology, PARTITIONS, SEED);
        try (store) {
            store.runWithRestarts(count);
            store.runUndisturbed();
            for (final String output : hurt) {
                for (final Mistake mistake : Mistake.values()) {
                    copyWith(store, output, mistake);
                }
            }
        }
        for (final Mistake mistake : Mistake.values()) {
            final CheckResult result = Checker.check(
                    store.request(count, output -> hurt.contains(output) ? name(output, mistake) : output));

            assertThat(new long[] {result.lost(), result.doubled(), result.outOfOrder(), result.altered()})
                    .as("%s: lost, doubled, out of order, altered: %s", mistake, result.messages())
                    .containsExactly(mistake.counts(hurt));
            assertThat(result.gaps() + result.damaged())
                    .as("gaps and damage: %s", result.messages())
                    .isZero();
        }
    }

    private static String name(final String output, final Mistake mistake) {
        return output + "-" + mistake.name().toLowerCase(Locale.ROOT);
    }

    private static void copyWith(final TortureStore store, final String output, final Mistake mistake) {
        final boolean[] isDone = new boolean[1];
        store.copy(output, name(output, mistake), records -> {
            isDone[0] = isDone[0] || mistake.make(records, output);
            return records;
        });
        assertThat(isDone[0]).as("a place to hurt %s", output).isTrue();
    }

    @Test
    void shouldFindByTheReferenceAnOrderThatHasMetARateOfThePast() throws IOException {
        final TortureStore store = new TortureStore(directory, TopologyName.ENRICH, 1, SEED);
        try (store) {
            store.runWithRestarts(COUNT);
            store.runUndisturbed();
            store.copy("out", "hurt-out", TableDamageTest::turnBack);
        }

        final CheckResult result = Checker.check(store.request(COUNT, "hurt-out", "calm-out"));

        assertThat(result.altered()).as("%s", result.messages()).isEqualTo(1);
        assertThat(result.messages().get(0)).startsWith("altered: against the reference, hurt-out");
    }

    /** Gives an order the rate of one long before, between which there were others, as if the table had gone back to it. */
    private static List<Written> turnBack(final List<Written> records) {
        for (int older = 0; older < records.size(); older++) {
            final long rate = Mistake.rate(records.get(older));
            int newer = older;
            while (newer >= 0 && (Mistake.rate(records.get(newer)) == rate || Mistake.rate(records.get(newer)) < 0)) {
                newer = Mistake.nextOfKey(records, newer);
            }
            final int next = newer < 0 ? -1 : Mistake.nextOfKey(records, newer);
            if (rate >= 0 && next >= 0 && Mistake.rate(records.get(next)) == Mistake.rate(records.get(newer))) {
                final Written record = records.get(next);
                final byte[] value = record.value().clone();
                System.arraycopy(records.get(older).value(), RATE_OFFSET, value, RATE_OFFSET, 2 * Long.BYTES);
                records.set(next, new Written(record.kind(), record.eventTimeNs(), record.key(), value));
                return records;
            }
        }
        throw new AssertionError("no order that could have met a rate of the past");
    }
}
