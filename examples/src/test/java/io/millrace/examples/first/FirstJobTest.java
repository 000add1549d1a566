package io.millrace.examples.first;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.examples.Printed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds the first job and what the README shows of it together. */
final class FirstJobTest {
    private static final Path SOURCE = Path.of("src/main/java/io/millrace/examples/first/FirstJob.java");
    private static final Path README = Path.of("../README.md");

    @Test
    void shouldBeTheProgramOfTheReadme() throws IOException {
        final String source =
                Files.readString(SOURCE).replaceFirst("package .*;\n\n", "").replaceFirst("/\\*\\* .* \\*/\n", "");

        assertThat(block("java")).isEqualTo(source);
    }

    @Test
    void shouldPrintWhatTheReadmeShows() throws Exception {
        assertThat(Printed.by(() -> FirstJob.main(new String[0])))
                .containsExactlyElementsOf(block("first-job").lines().toList());
    }

    private static String block(final String language) throws IOException {
        final Matcher block =
                Pattern.compile("(?s)```" + language + "\n(.*?)```\n").matcher(Files.readString(README));
        assertThat(block.find())
                .as("a code block of %s in %s", language, README)
                .isTrue();
        return block.group(1);
    }
}
