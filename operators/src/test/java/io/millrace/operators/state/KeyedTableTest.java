package io.millrace.operators.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class KeyedTableTest {
    private static final int STATE_LENGTH = 12;

    private final KeyedTable table = new KeyedTable(STATE_LENGTH);
    private final UnsafeBuffer key = new UnsafeBuffer(new byte[128]);

    @Test
    void shouldGiveZeroedStateToANewKeyAfterClearing() {
        final int before = find("BTCUSDT");
        table.buffer().putLong(table.stateOffset(before), 42);

        table.clear();
        final int after = find("ETHUSDT");

        assertThat(table.buffer().getLong(table.stateOffset(after))).isZero();
        assertThat(table.size()).isEqualTo(1);
    }

    @Test
    void shouldTellKeysApartThatDifferInTheirLastByteOnly() {
        final int first = find("12345678a");
        final int second = find("12345678b");

        assertThat(first).isNotEqualTo(second);
        assertThat(find("12345678a")).isEqualTo(first);
    }

    @Test
    void shouldForgetAnEntryThatIsTakenBackAlsoWhenTheIndexGrewForIt() {
        for (int keys = 0; keys < 40; keys++) {
            table.clear();
            for (int i = 0; i < keys; i++) {
                table.buffer().putLong(table.stateOffset(find("key" + i)), i);
            }

            table.undoAdd(find("gone"));

            assertThat(table.size()).isEqualTo(keys);
            for (int i = 0; i < keys; i++) {
                assertThat(table.buffer().getLong(table.stateOffset(find("key" + i))))
                        .isEqualTo(i);
            }
            assertThat(table.size()).isEqualTo(keys);
            assertThat(table.buffer().getLong(table.stateOffset(find("gone")))).isZero();
        }
    }

    @Test
    void shouldBehaveAsAMapThatKeepsTheOrderOfFirstArrival() {
        for (long seed = 1; seed <= 20; seed++) {
            compareWithModel(seed);
        }
    }

    private void compareWithModel(final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final Map<String, Long> model = new LinkedHashMap<>();
        table.clear();
        for (int i = 0; i < 20_000; i++) {
            final String text = "k" + "x".repeat(random.nextInt(20)) + random.nextInt(3_000);
            model.merge(text, 1L, Long::sum);
            final int offset = table.stateOffset(find(text));
            table.buffer().putLong(offset, table.buffer().getLong(offset) + 1);
        }

        final Map<String, Long> actual = new LinkedHashMap<>();
        for (int entry = table.first(); entry < table.end(); entry = table.next(entry)) {
            actual.put(
                    table.buffer().getStringWithoutLengthUtf8(table.keyOffset(entry), table.keyLength(entry)),
                    table.buffer().getLong(table.stateOffset(entry)));
        }

        assertThat(actual.entrySet()).as("seed %d", seed).containsExactlyElementsOf(model.entrySet());
        assertThat(table.size()).as("seed %d", seed).isEqualTo(model.size());
    }

    private int find(final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        key.putBytes(3, bytes);
        return table.findOrAdd(key, 3, bytes.length);
    }
}
