package io.millrace.node.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TradeFileTest {
    private static final String HEADER = "event_time_ms,symbol,price,quantity\n";

    @Test
    void shouldReadTheBundledTradesInReceiveOrder() {
        final Trades trades = TradeFile.bundled().trades();

        assertThat(trades.count()).isEqualTo(15_863);
        assertThat(trades.symbols()).containsExactly("BTCUSDT", "ETHUSDT");
        assertThat(trades.symbol(0)).isEqualTo("BTCUSDT");
        assertThat(trades.price(0)).isEqualTo(6_183_763_000_000L);
        assertThat(trades.eventTimeNs(0)).isEqualTo(1_723_161_255_342_000_000L);
        assertThat(trades.receivedNs(0)).isEqualTo(1_723_161_254_087_896_568L);
        assertThat(trades.tradeId(0)).isEqualTo(3_735_683_259L);
        for (int i = 1; i < trades.count(); i++) {
            assertThat(trades.receivedNs(i)).isGreaterThanOrEqualTo(trades.receivedNs(i - 1));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "event_time_ns, 1500000000000, 1500000000000",
        "event_time_us, 1500000, 1500000000",
        "event_time_ms, 7, 7000000"
    })
    void shouldReadEventTimeInEachUnit(final String column, final String text, final long eventTimeNs) {
        final Trades trades =
                read(column + ",symbol,price,quantity\n" + text + ",A,1,1\n").trades();

        assertThat(trades.eventTimeNs(0)).isEqualTo(eventTimeNs);
        assertThat(trades.receivedNs(0)).isEqualTo(eventTimeNs);
    }

    @Test
    void shouldFindColumnsInAnyOrderAndPassOverUnknownOnes() {
        final TradeFile file = read(
                "\ufeffSide, Quantity ,price,trade_id,symbol,event_time_us,received_ms\r\nbuy,\"2.5\",100,77,A-B,5,6\r\n\r\n");

        assertThat(file.rejections()).isEmpty();
        assertThat(file.trades().count()).isEqualTo(1);
        assertThat(file.trades().quantity(0)).isEqualTo(250_000_000L);
        assertThat(file.trades().tradeId(0)).isEqualTo(77);
        assertThat(file.trades().symbol(0)).isEqualTo("A-B");
        assertThat(file.trades().receivedNs(0)).isEqualTo(6_000_000L);
    }

    @Test
    void shouldReadGzipAndPlainAlike() throws IOException {
        final String text = HEADER + "1,A,2,3\n";
        final ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }

        final TradeFile file = TradeFile.read("a.csv", new ByteArrayInputStream(compressed.toByteArray()));

        assertThat(file.trades().price(0)).isEqualTo(2 * Decimal8.ONE);
        assertThat(file.trades().crc()).isEqualTo(read(text).trades().crc());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1,A,abc,1|column price: 'abc' is not a decimal number with at most 8 places",
                "1,A,0,1|column price: '0' is out of range; allowed: greater than 0, at most 92233720368.54775807",
                "1,A,1,-2|column quantity: '-2' is out of range; allowed: 0 or more, at most 92233720368.54775807",
                "x,A,1,1|column event_time_ms: 'x' is not a whole number of ms since 1970 from 0 to 9223371976854",
                "1,A B,1,1|column symbol: 'A B' is not 1 to 16 printable ASCII characters without comma or space",
                "1,12345678901234567,1,1|column symbol: '12345678901234567' is not 1 to 16 printable ASCII characters without comma or space",
                "1,A,1|3 fields where the header names 4",
                "1,\"A,1,1|a quote is not closed, or more follows after the closing quote",
            })
    void shouldNameWhatIsWrongWithALineAndKeepItsNeighbours(final String line, final String reason) {
        final TradeFile file = read(HEADER + "1,A,1,1\n" + line + "\n2,A,1,1\n");

        assertThat(file.trades().count()).isEqualTo(2);
        assertThat(file.rejectionReport()).containsExactly("trades.csv:3: " + reason);
    }

    @Test
    void shouldReportTheFirstTwentyBadLinesAndCountTheRest() {
        final TradeFile file = read(HEADER + "1,A,x,1\n".repeat(25) + "1,A,1,1\n");

        assertThat(file.rejectedCount()).isEqualTo(25);
        assertThat(file.rejectionReport())
                .hasSize(21)
                .last()
                .isEqualTo("trades.csv: and 5 more lines that are not a trade");
    }

    @Test
    void shouldSayThatALineIsTooLong() {
        final TradeFile file = read(HEADER + "1,A,1,1" + "0".repeat(20_000_000) + "\n1,A,1,1\n");

        assertThat(file.trades().count()).isEqualTo(1);
        assertThat(file.rejectionReport())
                .containsExactly("trades.csv:2: the line is 20,000,007 characters long; allowed: 65,536");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldReadAPipe(@TempDir final Path directory) throws Exception {
        final Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        final Thread writer = new Thread(() -> write(pipe, HEADER + "1,A,1,1\n2,A,1,1\n"));
        writer.start();

        assertThat(TradeFile.read(pipe).trades().count()).isEqualTo(2);

        writer.join();
    }

    private static void write(final Path path, final String text) {
        try (OutputStream out = new FileOutputStream(path.toFile())) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    @Test
    void shouldTakeTradesOfQuantityZero() {
        final TradeFile file = read(HEADER + "1,A,1,0\n1,A,1,0.0\n");

        assertThat(file.rejections()).isEmpty();
        assertThat(file.trades().count()).isEqualTo(2);
    }

    @Test
    void shouldRefuseATradeThatOverflowsTheVolumeOfItsCandle() {
        final TradeFile file = read(HEADER + "1,A,1,90000000000\n2,A,1,3000000000\n1001,A,1,3000000000\n");

        assertThat(file.trades().count()).isEqualTo(2);
        assertThat(file.rejectionReport())
                .containsExactly("trades.csv:3: column quantity: the trades of A in this second add up to more than "
                        + "92233720368.54775807");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1723161255342,BTCusdt,61837.63,0.02|the first line must name the columns, for example event_time_ms,symbol,price,quantity; it is '1723161255342,BTCusdt,61837.63,0.02'",
                "symbol,price,quantity|the header has no column event_time_ns, event_time_us or event_time_ms",
                "event_time_ms,price,quantity|the header has no column symbol; it names 'event_time_ms,price,quantity'",
                "Event_Time_ms,Price,Quantity|the header has no column symbol; it names 'Event_Time_ms,Price,Quantity'",
                "event_time_ms,symbol,price,price,quantity|the header names column price twice",
                "event_time_ms,event_time_ns,symbol,price,quantity|the header has more than one event_time_... column",
            })
    void shouldNameTheColumnThatIsMissing(final String header, final String message) {
        assertThatThrownBy(() -> read(header + "\n"))
                .isInstanceOf(MillraceException.class)
                .hasMessageStartingWith("trades.csv:1: " + message);
    }

    @Test
    void shouldSayThatAFileIsEmptyMissingOrADirectory(@TempDir final Path directory) throws IOException {
        final Path empty = Files.createFile(directory.resolve("empty.csv"));

        assertConfigurationError(empty, "empty.csv is empty; expected a header line such as");
        assertConfigurationError(directory.resolve("none.csv"), "none.csv: no such file or directory");
        assertConfigurationError(directory, "it is a directory, not a CSV file");
    }

    @Test
    void shouldSayThatAGzipFileEndsTooEarly(@TempDir final Path directory) throws IOException {
        final Path file = directory.resolve("cut.csv.gz");
        try (var in = TradeFile.class.getResourceAsStream(TradeFile.BUNDLED)) {
            Files.write(file, in.readNBytes(10_000));
        }

        assertConfigurationError(file, "cut.csv.gz: the gzip file ends too early");
    }

    /** Whatever the bytes are, reading ends with trades, rejections or one clear error, and good lines are never lost. */
    @Test
    void shouldSurviveDamagedFiles() throws IOException {
        final long seed = System.nanoTime();
        final SplittableRandom random = new SplittableRandom(seed);
        final String alphabet = "0123456789,.\"\r\n\t-eA;\u0000\u00e9 ";
        for (int round = 0; round < 2_000; round++) {
            final StringBuilder text = new StringBuilder(HEADER);
            int good = 0;
            for (int line = 0; line < 20; line++) {
                if (random.nextBoolean()) {
                    text.append("1000,A,1.5,2\n");
                    good++;
                } else {
                    final int length = random.nextInt(40);
                    for (int i = 0; i < length; i++) {
                        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
                    }
                    text.append('\n');
                }
            }

            final TradeFile file = read(text.toString());

            assertThat(file.trades().count())
                    .as("seed %d round %d", seed, round)
                    .isGreaterThanOrEqualTo(good);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 500})
    void shouldSurviveBytesThatAreNoText(final int length) throws IOException {
        final long seed = System.nanoTime();
        final SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 200; round++) {
            final byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            try {
                assertThat(TradeFile.read("noise", new ByteArrayInputStream(bytes))
                                .trades()
                                .count())
                        .isZero();
            } catch (final MillraceException ex) {
                assertThat(ex.code()).as("seed %d", seed).isEqualTo(ErrorCode.CONFIGURATION);
                assertThat(ex.getMessage())
                        .as("seed %d", seed)
                        .doesNotContain("\n")
                        .hasSizeLessThan(300);
            } catch (final IOException ex) {
                assertThat(bytes[0])
                        .as("seed %d: only a gzip header may fail", seed)
                        .isEqualTo((byte) 0x1f);
            }
        }
    }

    private static void assertConfigurationError(final Path file, final String message) {
        assertThatThrownBy(() -> TradeFile.read(file))
                .isInstanceOfSatisfying(
                        MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.CONFIGURATION))
                .hasMessageContaining(message);
    }

    private static TradeFile read(final String text) {
        try {
            return TradeFile.read("trades.csv", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        } catch (final IOException ex) {
            throw new AssertionError(ex);
        }
    }
}
