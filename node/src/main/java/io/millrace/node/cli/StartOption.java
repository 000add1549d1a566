package io.millrace.node.cli;

import io.millrace.node.config.SettingType;
import io.millrace.transport.SubscriberContext;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Where a consumer begins, as the command line says it. */
@FunctionalInterface
interface StartOption {
    /** At the first record that the log still holds. */
    StartOption BEGIN = (context, partition) -> context.fromBegin();

    /** Behind the last record. */
    StartOption END = (context, partition) -> context.fromEnd();

    /** Sets it. */
    void applyTo(SubscriberContext context, int partition);

    /** Reads {@code begin}, {@code end}, a position, a point in time, or how long ago. */
    final class Converter implements ITypeConverter<StartOption> {
        private static final SettingType<Long> AGO = SettingType.duration(0, Long.MAX_VALUE);
        private static final int MAX_DIGITS = 18;

        @Override
        public StartOption convert(final String text) {
            if (text.equals("begin")) {
                return BEGIN;
            }
            if (text.equals("end")) {
                return END;
            }
            if (text.matches("\\d{1," + MAX_DIGITS + "}")) {
                final long position = Long.parseLong(text);
                return (context, partition) -> {
                    if (partition < 0) {
                        throw new TypeConversionException("a position belongs to one partition: give --partition, too");
                    }
                    context.fromPosition(partition, position);
                };
            }
            final long timeNs = timeNs(text);
            return (context, partition) -> context.fromLogTime(timeNs);
        }

        private static long timeNs(final String text) {
            try {
                final Instant instant = Instant.parse(text);
                return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
            } catch (final DateTimeParseException | ArithmeticException ex) {
                // Not a point in time; perhaps how long ago.
            }
            try {
                final Duration ago = Duration.ofNanos(AGO.parse(text));
                return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - ago.toNanos();
            } catch (final IllegalArgumentException ex) {
                throw new TypeConversionException("'" + text
                        + "' is not begin, end, a position, a time such as 2026-01-31T12:00:00Z, or how long ago: 10m");
            }
        }
    }
}
