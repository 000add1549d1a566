package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyHashTest {
    /** The six plain words are the vectors of Kafka's own tests. */
    @ParameterizedTest
    @CsvSource({
        "21, -973932308",
        "foobar, -790332482",
        "a-little-bit-long-string, -985981536",
        "a-little-bit-longer-string, -1486304829",
        "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8, -58897971",
        "abc, 479470107"
    })
    void shouldHashAsKafkaDoes(final String key, final int expected) {
        final UnsafeBuffer buffer = new UnsafeBuffer(("xyz" + key).getBytes(StandardCharsets.US_ASCII));

        assertThat(KeyHash.murmur2(buffer, 3, key.length())).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"BTCUSDT, 1305770258, 0", "ETHUSDT, 616678109, 1"})
    void shouldSpreadSymbolsOverTwoPartitions(final String key, final int positiveHash, final int partition) {
        final UnsafeBuffer buffer = new UnsafeBuffer(key.getBytes(StandardCharsets.US_ASCII));

        assertThat(KeyHash.murmur2(buffer, 0, key.length()) & 0x7fffffff).isEqualTo(positiveHash);
        assertThat(KeyHash.partition(buffer, 0, key.length(), 2)).isEqualTo(partition);
    }
}
