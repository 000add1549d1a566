package io.millrace.streams;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The code that a page shows, and where it is compiled, both without white space. */
final class PageCode {
    private static final Path TESTS = Path.of("src/test/java/io/millrace/streams");
    private static final Pattern BLOCK = Pattern.compile("(?s)```java\n(.*?)```\n");

    private PageCode() {}

    /** Its blocks of Java, in their order. */
    static List<String> blocks(final Path page) throws IOException {
        return BLOCK.matcher(Files.readString(page))
                .results()
                .map(block -> withoutSpace(block.group(1)))
                .toList();
    }

    /** The source of a test of this package. */
    static String source(final Class<?> test) throws IOException {
        return withoutSpace(Files.readString(TESTS.resolve(test.getSimpleName() + ".java")));
    }

    private static String withoutSpace(final String code) {
        return code.replaceAll("\\s+", "");
    }
}
