package io.millrace.node.cli;

import io.millrace.transport.protocol.StartPoint;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads where a group goes on: {@code begin}, {@code end}, a position, or a point in time. */
final class StartPointConverter implements ITypeConverter<StartPoint> {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    @Override
    public StartPoint convert(final String text) {
        if (text.equals("begin")) {
            return StartPoint.BEGIN;
        }
        if (text.equals("end")) {
            return StartPoint.END;
        }
        if (text.matches("\\d{1,18}")) {
            return StartPoint.atPosition(Long.parseLong(text));
        }
        try {
            final Instant instant = Instant.parse(text);
            return StartPoint.atLogTime(
                    Math.addExact(Math.multiplyExact(instant.getEpochSecond(), NANOS_PER_SECOND), instant.getNano()));
        } catch (final DateTimeParseException | ArithmeticException ex) {
            throw new TypeConversionException(
                    "'" + text + "' is not begin, end, a position, or a time such as 2026-01-31T12:00:00Z");
        }
    }
}
