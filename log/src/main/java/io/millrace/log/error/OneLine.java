package io.millrace.log.error;

/** Keeps what comes from outside, such as a name in a message, from breaking a message into lines or colouring a terminal. */
public final class OneLine {
    private OneLine() {}

    /**
     * Escapes the characters that would not stay in their line.
     *
     * @param text to print; null prints as such.
     * @return the same text where it holds none, else with control characters and line separators as {@code &#92;uXXXX}.
     */
    public static String of(final String text) {
        if (text == null || text.chars().noneMatch(OneLine::breaks)) {
            return text;
        }
        final StringBuilder line = new StringBuilder(text.length() + 16);
        text.chars().forEach(c -> {
            if (breaks(c)) {
                line.append(String.format("\\u%04x", c));
            } else {
                line.append((char) c);
            }
        });
        return line.toString();
    }

    private static boolean breaks(final int character) {
        return Character.isISOControl(character) || character == 0x2028 || character == 0x2029;
    }
}
