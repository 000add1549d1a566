package io.millrace.node.demo;

/** Text from a file as an error message may show it: in quotes, on one line and not too long. */
final class Excerpt {
    private static final int MAX_LENGTH = 60;

    private Excerpt() {}

    /**
     * Quotes text.
     *
     * @param text from the user.
     * @return the text in single quotes, with {@code ?} for control characters, cut after 60 characters.
     */
    static String of(final String text) {
        final StringBuilder excerpt = new StringBuilder("'");
        for (int i = 0; i < Math.min(text.length(), MAX_LENGTH); i++) {
            final char c = text.charAt(i);
            excerpt.append(Character.isISOControl(c) ? '?' : c);
        }
        return excerpt.append(text.length() > MAX_LENGTH ? "...'" : "'").toString();
    }
}
