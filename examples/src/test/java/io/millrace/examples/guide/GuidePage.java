package io.millrace.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** A page of the guide: its text, the code that it shows, and the results that it says the code has. */
final class GuidePage {
    static final Path DIRECTORY = Path.of("../docs/guide");

    static final Path TESTS = Path.of("src/test/java/io/millrace/examples/guide");

    private final String text;

    private GuidePage(final String text) {
        this.text = text;
    }

    static GuidePage of(final String name) throws IOException {
        return new GuidePage(Files.readString(DIRECTORY.resolve(name)));
    }

    String text() {
        return text;
    }

    /** Its blocks of a language, as they are printed. */
    List<String> blocks(final String language) {
        return Pattern.compile("(?s)```" + language + "\n(.*?)```\n")
                .matcher(text)
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    /** The lines of one of its blocks of results. */
    List<String> results(final int index) {
        return blocks("text").get(index).lines().toList();
    }

    /** Checks that each of its blocks of Java is compiled in a test, but for white space. */
    void assertIsCompiledIn(final Class<?> test) throws IOException {
        final String source = withoutSpace(Files.readString(TESTS.resolve(test.getSimpleName() + ".java")));
        assertThat(blocks("java"))
                .isNotEmpty()
                .allSatisfy(block -> assertThat(source).contains(withoutSpace(block)));
    }

    private static String withoutSpace(final String code) {
        return code.replaceAll("\\s+", "");
    }
}
