package io.millrace.node.config;

import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the text of a setting becomes a value, and what is allowed.
 *
 * @param <T>     type of the value
 * @param unit    of the value, in words; empty where it has none
 * @param allowed range or choices, as a sentence goes on after "must be"
 * @param parser  of a text; throws {@link IllegalArgumentException} for one that is not allowed
 */
public record SettingType<T>(String unit, String allowed, Function<String, T> parser) {
    private static final Pattern QUANTITY = Pattern.compile("(\\d{1,15}(?:\\.\\d{1,9})?)\\s*([A-Za-z]*)");

    private static final Map<String, Long> BYTES =
            Map.of("", 1L, "b", 1L, "kib", 1L << 10, "mib", 1L << 20, "gib", 1L << 30, "tib", 1L << 40);

    private static final Map<String, Long> NANOSECONDS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L,
            "d", 86_400_000_000_000L);

    private static final List<String> SIZE_UNITS = List.of("", "KiB", "MiB", "GiB", "TiB");
    private static final List<String> TIME_UNITS = List.of("d", "h", "m", "s", "ms", "us", "ns");

    /**
     * Reads a value.
     *
     * @param text as somebody wrote it
     * @return the value, never null
     * @throws IllegalArgumentException when it is not allowed
     */
    public T parse(final String text) {
        return parser.apply(text.strip());
    }

    /** A whole number. */
    static SettingType<Integer> integer(final int min, final int max) {
        return new SettingType<>("", "a whole number from " + min + " to " + max, text -> {
            check(text.matches("-?\\d{1,10}"));
            return (int) checkRange(Long.parseLong(text), min, max);
        });
    }

    /**
     * A number of bytes, with or without a unit such as {@code MiB}.
     *
     * @param min smallest that is allowed
     * @param max largest that is allowed
     * @return the type
     */
    public static SettingType<Long> size(final long min, final long max) {
        return new SettingType<>(
                "bytes, or with a unit: KiB, MiB, GiB, TiB",
                "a size from " + sizeText(min) + " to " + sizeText(max),
                text -> checkRange(quantity(text, BYTES), min, max));
    }

    /** A number of bytes that is a power of two. */
    static SettingType<Integer> powerOfTwo(final int min, final int max) {
        return new SettingType<>(
                "bytes, or with a unit: KiB, MiB, GiB",
                "a power of two from " + sizeText(min) + " to " + sizeText(max),
                text -> {
                    final long length = checkRange(quantity(text, BYTES), min, max);
                    check(Long.bitCount(length) == 1);
                    return (int) length;
                });
    }

    /**
     * A time with its unit, such as {@code 30s}; the value is in nanoseconds.
     *
     * @param minNs shortest that is allowed
     * @param maxNs longest that is allowed
     * @return the type
     */
    public static SettingType<Long> duration(final long minNs, final long maxNs) {
        return new SettingType<>(
                "time with a unit: ns, us, ms, s, m, h, d",
                "a time from " + timeText(minNs) + " to " + timeText(maxNs) + ", such as 30s",
                text -> checkRange(quantity(text, NANOSECONDS), minNs, maxNs));
    }

    /** One of the constants of an enum, written in lower case with hyphens. */
    static <E extends Enum<E>> SettingType<E> choice(final Class<E> type) {
        final List<E> constants = Arrays.asList(type.getEnumConstants());
        final List<String> names = constants.stream().map(SettingType::nameOf).toList();
        return new SettingType<>("", String.join(", ", names), text -> {
            final int index = names.indexOf(text.toLowerCase(Locale.ROOT));
            check(index >= 0);
            return constants.get(index);
        });
    }

    /** A port; {@code off} is -1. */
    static SettingType<Integer> portOrOff() {
        final SettingType<Integer> port = port();
        return new SettingType<>("", "off, or " + port.allowed(), text -> "off".equals(text) ? -1 : port.parse(text));
    }

    /** A port of this machine. */
    static SettingType<Integer> port() {
        final SettingType<Integer> number = integer(0, 65_535);
        return new SettingType<>("", "a port from 1 to 65535, or 0 for any free one", number.parser());
    }

    /** The path of a file or a directory; null when it is empty. */
    static SettingType<Path> path(final String what) {
        return new SettingType<>("", "the path of " + what, text -> {
            try {
                return text.isEmpty() ? null : Path.of(text);
            } catch (final InvalidPathException ex) {
                throw new IllegalArgumentException(ex);
            }
        });
    }

    /** A host name or a literal address, IPv6 ones without brackets. */
    static SettingType<String> host() {
        return new SettingType<>("", "a host name or an address, without a port", text -> {
            check(text.matches("[A-Za-z0-9._-]{1,253}")
                    || text.matches("[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*(%\\w+)?"));
            return text;
        });
    }

    /** How a constant is written. */
    static String nameOf(final Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A number of bytes in the largest unit that gives a whole number. */
    static String sizeText(final long bytes) {
        long value = bytes;
        int unit = 0;
        while (value != 0 && value % 1024 == 0 && unit < SIZE_UNITS.size() - 1) {
            value /= 1024;
            unit++;
        }
        return value + (unit == 0 ? " bytes" : SIZE_UNITS.get(unit));
    }

    /** A time in the largest unit that gives a whole number. */
    static String timeText(final long ns) {
        for (final String unit : TIME_UNITS) {
            final long length = NANOSECONDS.get(unit);
            if (ns >= length && ns % length == 0) {
                return ns / length + unit;
            }
        }
        return ns + "ns";
    }

    private static long quantity(final String text, final Map<String, Long> units) {
        final Matcher matcher = QUANTITY.matcher(text);
        check(matcher.matches());
        final Long unit = units.get(matcher.group(2).toLowerCase(Locale.ROOT));
        check(unit != null);
        try {
            return new BigDecimal(matcher.group(1))
                    .multiply(BigDecimal.valueOf(unit))
                    .longValueExact();
        } catch (final ArithmeticException ex) {
            throw new IllegalArgumentException(ex);
        }
    }

    private static long checkRange(final long value, final long min, final long max) {
        check(value >= min && value <= max);
        return value;
    }

    private static void check(final boolean isAllowed) {
        if (!isAllowed) {
            throw new IllegalArgumentException();
        }
    }
}
