package io.millrace.log.error;

/** Keeps what comes from outside, such as a name in a message, from breaking a message into lines or colouring a terminal. */
public final class OneLine {
    private OneLine() {}

    /**
     * Escapes the characters that would not stay in their line.
     *
     * @param text to print; null prints as such.
     * @return the same text where it holds none, else with {@code &#92;n}, {@code &#92;r}, {@code &#92;t}, and other control characters
     *         and line separators as {@code &#92;uXXXX}.
     */
    public static String of(final String text) {
        if (text == null || text.chars().noneMatch(OneLine::breaks)) {
            return text;
        }
        final StringBuilder line = new StringBuilder(text.length() + 16);
        text.chars().forEach(c -> {
            switch (c) {
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                default -> line.append(breaks(c) ? String.format("\\u%04x", c) : String.valueOf((char) c));
            }
        });
        return line.toString();
    }

    private static boolean breaks(final int character) {
        return Character.isISOControl(character) || character == 0x2028 || character == 0x2029;
    }
}
