package io.millrace.node.demo;

/**
 * Decimals with at most eight places as a scaled {@code long}: the text {@code 61837.63} is {@code 6183763000000}. No value
 * passes through a floating-point number on its way in or out.
 */
final class Decimal8 {
    /** Digits after the decimal point. */
    static final int PLACES = 8;

    /** The scaled value of 1. */
    static final long ONE = 100_000_000L;

    /** What {@link #parse} returns for text that is not a decimal with at most eight places. */
    static final long NOT_A_DECIMAL = -1;

    /** What {@link #parse} returns for a decimal that a scaled {@code long} does not hold, or that is below zero. */
    static final long OUT_OF_RANGE = -2;

    /** The largest value, as text. */
    static final String LARGEST = text(Long.MAX_VALUE);

    private Decimal8() {}

    /**
     * Reads a decimal: digits, then optionally a point and one to eight digits. A minus sign is understood and is out of range.
     *
     * @param text to read.
     * @return the scaled value, at least 0; or {@link #NOT_A_DECIMAL} or {@link #OUT_OF_RANGE}.
     */
    static long parse(final CharSequence text) {
        final boolean isNegative = !text.isEmpty() && text.charAt(0) == '-';
        final int begin = isNegative ? 1 : 0;
        final int point = indexOfPoint(text);
        final int places = text.length() - Math.min(point + 1, text.length());
        final boolean hasPoint = point < text.length();
        if (point == begin || places > PLACES || (hasPoint && places == 0)) {
            return NOT_A_DECIMAL;
        }

        long value = 0;
        boolean fits = true;
        for (int i = begin; i < text.length() + PLACES - places + (hasPoint ? 0 : 1); i++) {
            if (i == point) {
                continue;
            }
            final int digit = i < text.length() ? text.charAt(i) - '0' : 0;
            if (digit < 0 || digit > 9) {
                return NOT_A_DECIMAL;
            }
            fits &= value < Long.MAX_VALUE / 10 || (value == Long.MAX_VALUE / 10 && digit <= Long.MAX_VALUE % 10);
            value = fits ? value * 10 + digit : value;
        }
        return fits && !isNegative ? value : OUT_OF_RANGE;
    }

    /**
     * Writes a scaled value with two places, or as many more as it has.
     *
     * @param scaled value.
     * @return the decimal, for example {@code 61837.63} or {@code 0.00009}.
     */
    static String text(final long scaled) {
        return text(scaled, 2, PLACES);
    }

    /**
     * Writes a scaled value, cut (not rounded) to a number of places; for display only.
     *
     * @param scaled    value.
     * @param minPlaces digits after the point that are written even when they are zero.
     * @param maxPlaces digits after the point at most.
     * @return the decimal.
     */
    static String text(final long scaled, final int minPlaces, final int maxPlaces) {
        final String digits = Long.toString(Math.absExact(scaled));
        final String padded = "0".repeat(Math.max(0, PLACES + 1 - digits.length())) + digits;
        final int point = padded.length() - PLACES;
        int end = point + maxPlaces;
        while (end > point + minPlaces && padded.charAt(end - 1) == '0') {
            end--;
        }
        final String fraction = padded.substring(point, end);
        return (scaled < 0 ? "-" : "") + padded.substring(0, point) + (fraction.isEmpty() ? "" : "." + fraction);
    }

    private static int indexOfPoint(final CharSequence text) {
        int i = 0;
        while (i < text.length() && text.charAt(i) != '.') {
            i++;
        }
        return i;
    }
}
