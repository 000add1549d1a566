package io.millrace.node.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Decimal8Test {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 100000000",
        "61837.63, 6183763000000",
        "0.00000001, 1",
        "000.10, 10000000",
        "92233720368.54775807, 9223372036854775807"
    })
    void shouldReadExactDecimals(final String text, final long scaled) {
        assertThat(Decimal8.parse(text)).isEqualTo(scaled);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "abc",
                ".",
                "1.",
                ".5",
                "-",
                "-.",
                "1e5",
                "+1",
                "1,5",
                "1.123456789",
                "1.2.3",
                "NaN",
                " 1",
                "١"
            })
    void shouldRefuseWhatIsNotADecimalWithEightPlaces(final String text) {
        assertThat(Decimal8.parse(text)).isEqualTo(Decimal8.NOT_A_DECIMAL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "-0.5", "92233720368.54775808", "92233720369", "99999999999999999999999999.1"})
    void shouldRefuseWhatAScaledLongDoesNotHold(final String text) {
        assertThat(Decimal8.parse(text)).isEqualTo(Decimal8.OUT_OF_RANGE);
    }

    @Test
    void shouldWriteAtLeastTwoPlacesAndNoTrailingZerosBeyond() {
        assertThat(Decimal8.text(6183763000000L)).isEqualTo("61837.63");
        assertThat(Decimal8.text(9000)).isEqualTo("0.00009");
        assertThat(Decimal8.text(5 * Decimal8.ONE)).isEqualTo("5.00");
        assertThat(Decimal8.text(-150_000_000L)).isEqualTo("-1.50");
        assertThat(Decimal8.text(123_456_789L, 0, 3)).isEqualTo("1.234");
        assertThat(Decimal8.text(5 * Decimal8.ONE, 0, 3)).isEqualTo("5");
    }

    @Test
    void shouldAgreeWithBigDecimalOnRandomText() {
        final long seed = System.nanoTime();
        final SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 100_000; i++) {
            final long scaled = random.nextLong(Long.MAX_VALUE) >>> random.nextInt(63);
            final BigDecimal exact = BigDecimal.valueOf(scaled, Decimal8.PLACES);

            assertThat(Decimal8.parse(exact.toPlainString()))
                    .as("seed %d, %s", seed, exact)
                    .isEqualTo(scaled);
            assertThat(new BigDecimal(Decimal8.text(scaled)))
                    .as("seed %d, %s", seed, exact)
                    .isEqualByComparingTo(exact);
        }
    }
}
