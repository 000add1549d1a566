package io.millrace.node.cli;

import io.millrace.node.demo.Demo;
import io.millrace.node.demo.DemoOptions;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code millrace demo}. */
@Command(
        name = "demo",
        description = "Replay recorded trades into a node: they become candles.",
        customSynopsis = "millrace demo [OPTIONS]",
        descriptionHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all candles equal an independent recomputation; records in the stream "
                    + "that are no trades are reported and left out",
            "1:a candle differs, the run failed, or its output was lost",
            "2:lines of the file were left out, or wrong use of the command line"
        },
        usageHelpAutoWidth = true,
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Provider.class)
final class DemoCommand implements Callable<Integer> {
    private static final int SMALLEST_PORT = 1024;
    private static final int LARGEST_PORT = 65_535;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "FILE",
            converter = PathConverter.class,
            description = "Trades as CSV, plain or .gz (docs/data-format.md). Default: recorded BTC and ETH trades.")
    private Path data;

    @Option(
            names = "--speed",
            paramLabel = "N|max",
            defaultValue = "20",
            converter = SpeedConverter.class,
            description = "How many times faster than recorded; max does not wait at all. Default: ${DEFAULT-VALUE}.")
    private BigDecimal speed;

    @Option(
            names = "--dir",
            paramLabel = "D",
            converter = PathConverter.class,
            description = "Directory of the node, kept at the end; a stopped run is resumed from it. "
                    + "Default: a temporary directory, deleted at the end.")
    private Path directory;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            converter = SecondsConverter.class,
            description = "End the input after S seconds and verify what was fed until then.")
    private Duration seconds;

    @Option(
            names = "--port",
            paramLabel = "P",
            defaultValue = "0",
            converter = PortConverter.class,
            description = "UDP port of the node on 127.0.0.1: 1024 to 65535, or 0 for any free one. "
                    + "Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(names = "--explain", description = "Print the plan of the job and exit without running it.")
    private boolean isExplain;

    @Override
    public Integer call() {
        if (isExplain) {
            spec.commandLine().getOut().print(Demo.explain(data));
            spec.commandLine().getOut().flush();
            return ExitCode.OK;
        }
        final DemoOptions options = new DemoOptions(data, speed, directory, seconds, port);
        return switch (Demo.run(options, System.out, System.err)) {
            case VERIFIED -> ExitCode.OK;
            case MISMATCH, STOPPED -> ExitCode.FAILED;
            case BAD_LINES -> ExitCode.BAD_INPUT;
        };
    }

    /** A path that is not empty. */
    static final class PathConverter implements ITypeConverter<Path> {
        @Override
        public Path convert(final String text) {
            if (text.isBlank()) {
                throw new TypeConversionException("it is empty");
            }
            return Path.of(text);
        }
    }

    /** A decimal above zero, or {@code max}. */
    static final class SpeedConverter implements ITypeConverter<BigDecimal> {
        @Override
        public BigDecimal convert(final String text) {
            return "max".equalsIgnoreCase(text)
                    ? DemoOptions.MAX_SPEED
                    : decimalAboveZero(text, "a number above 0, or max");
        }
    }

    /** A decimal number of seconds above zero. */
    static final class SecondsConverter implements ITypeConverter<Duration> {
        private static final BigDecimal LARGEST = BigDecimal.valueOf(1_000_000_000L);

        @Override
        public Duration convert(final String text) {
            final String allowed = "a number of seconds above 0";
            final BigDecimal value = decimalAboveZero(text, allowed);
            if (value.compareTo(LARGEST) > 0) {
                throw new TypeConversionException("'" + text + "' is not " + allowed);
            }
            return Duration.ofNanos(value.movePointRight(9).longValue());
        }
    }

    /** A port that needs no privilege, or 0. */
    static final class PortConverter implements ITypeConverter<Integer> {
        @Override
        public Integer convert(final String text) {
            final int port = text.matches("\\d{1,5}") ? Integer.parseInt(text) : -1;
            if (port != 0 && (port < SMALLEST_PORT || port > LARGEST_PORT)) {
                throw new TypeConversionException(
                        "'" + text + "' is not 0 or from " + SMALLEST_PORT + " to " + LARGEST_PORT);
            }
            return port;
        }
    }

    private static BigDecimal decimalAboveZero(final String text, final String allowed) {
        if (!text.matches("\\d{1,12}(\\.\\d{1,9})?") || new BigDecimal(text).signum() == 0) {
            throw new TypeConversionException("'" + text + "' is not " + allowed);
        }
        return new BigDecimal(text);
    }
}
