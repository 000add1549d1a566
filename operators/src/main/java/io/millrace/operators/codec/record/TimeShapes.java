package io.millrace.operators.codec.record;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** The types of {@code java.time} that mean the same everywhere. Their methods are called through handles. */
final class TimeShapes {
    private static final Lookup LOOKUP = MethodHandles.lookup();
    private static final int NANOS_PER_SECOND = 1_000_000_000;
    private static final int SECONDS_AND_NANOS = Long.BYTES + Integer.BYTES;
    private static final int MONTH = Integer.BYTES;
    private static final int DAY = MONTH + Byte.BYTES;
    private static final int DATE = DAY + Byte.BYTES;

    private TimeShapes() {}

    static boolean has(final Class<?> type) {
        return type == Instant.class
                || type == Duration.class
                || type == LocalDate.class
                || type == LocalTime.class
                || type == LocalDateTime.class;
    }

    static Shape of(final Class<?> type, final String where) {
        return switch (type.getSimpleName()) {
            case "Instant" -> shape("instant", SECONDS_AND_NANOS, "Instant", where);
            case "Duration" -> shape("duration", SECONDS_AND_NANOS, "Duration", where);
            case "LocalDate" -> shape("date", DATE, "Date", where);
            case "LocalTime" -> shape("time", Long.BYTES, "Time", where);
            case "LocalDateTime" -> shape("datetime", DATE + Long.BYTES, "DateTime", where);
            default -> throw new AssertionError(type);
        };
    }

    private static Shape shape(final String signature, final int blockLength, final String suffix, final String where) {
        return new Shape(
                signature,
                blockLength,
                false,
                Handles.find(LOOKUP, "write" + suffix),
                null,
                Handles.find(LOOKUP, "read" + suffix, where));
    }

    static void writeInstant(
            final MutableDirectBuffer buffer, final int index, final Cursor cursor, final Instant value) {
        buffer.putLong(index, value.getEpochSecond(), LITTLE_ENDIAN);
        buffer.putInt(index + Long.BYTES, value.getNano(), LITTLE_ENDIAN);
    }

    static Instant readInstant(final String where, final DirectBuffer buffer, final int index, final Cursor cursor) {
        final long seconds = buffer.getLong(index, LITTLE_ENDIAN);
        final int nanos = readNanos(where, buffer, index + Long.BYTES);
        if (seconds < Instant.MIN.getEpochSecond() || seconds > Instant.MAX.getEpochSecond()) {
            throw Refusal.malformed(where, "is " + seconds + " seconds from the epoch, more than an Instant can be");
        }
        return Instant.ofEpochSecond(seconds, nanos);
    }

    static void writeDuration(
            final MutableDirectBuffer buffer, final int index, final Cursor cursor, final Duration value) {
        buffer.putLong(index, value.getSeconds(), LITTLE_ENDIAN);
        buffer.putInt(index + Long.BYTES, value.getNano(), LITTLE_ENDIAN);
    }

    static Duration readDuration(final String where, final DirectBuffer buffer, final int index, final Cursor cursor) {
        final long seconds = buffer.getLong(index, LITTLE_ENDIAN);
        return Duration.ofSeconds(seconds, readNanos(where, buffer, index + Long.BYTES));
    }

    private static int readNanos(final String where, final DirectBuffer buffer, final int index) {
        final int nanos = buffer.getInt(index, LITTLE_ENDIAN);
        if (nanos < 0 || nanos >= NANOS_PER_SECOND) {
            throw Refusal.malformed(where, "has " + nanos + " nanoseconds in a second, which has 0 to 999999999");
        }
        return nanos;
    }

    static void writeDate(
            final MutableDirectBuffer buffer, final int index, final Cursor cursor, final LocalDate value) {
        buffer.putInt(index, value.getYear(), LITTLE_ENDIAN);
        buffer.putByte(index + MONTH, (byte) value.getMonthValue());
        buffer.putByte(index + DAY, (byte) value.getDayOfMonth());
    }

    static LocalDate readDate(final String where, final DirectBuffer buffer, final int index, final Cursor cursor) {
        final int year = buffer.getInt(index, LITTLE_ENDIAN);
        try {
            return LocalDate.of(year, buffer.getByte(index + MONTH), buffer.getByte(index + DAY));
        } catch (final DateTimeException e) {
            throw Refusal.malformed(where, "is no date: " + e.getMessage(), e);
        }
    }

    static void writeTime(
            final MutableDirectBuffer buffer, final int index, final Cursor cursor, final LocalTime value) {
        buffer.putLong(index, value.toNanoOfDay(), LITTLE_ENDIAN);
    }

    static LocalTime readTime(final String where, final DirectBuffer buffer, final int index, final Cursor cursor) {
        final long nanoOfDay = buffer.getLong(index, LITTLE_ENDIAN);
        if (nanoOfDay < 0 || nanoOfDay > LocalTime.MAX.toNanoOfDay()) {
            throw Refusal.malformed(where, "is nanosecond " + nanoOfDay + " of a day, which has 0 to 86399999999999");
        }
        return LocalTime.ofNanoOfDay(nanoOfDay);
    }

    static void writeDateTime(
            final MutableDirectBuffer buffer, final int index, final Cursor cursor, final LocalDateTime value) {
        writeDate(buffer, index, cursor, value.toLocalDate());
        writeTime(buffer, index + DATE, cursor, value.toLocalTime());
    }

    static LocalDateTime readDateTime(
            final String where, final DirectBuffer buffer, final int index, final Cursor cursor) {
        return LocalDateTime.of(readDate(where, buffer, index, cursor), readTime(where, buffer, index + DATE, cursor));
    }
}
