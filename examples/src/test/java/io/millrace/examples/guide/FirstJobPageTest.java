package io.millrace.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the program of docs/guide/first-job.md, word for word, in a process of its own. */
class FirstJobPageTest {
    @TempDir
    Path directory;

    @Test
    void shouldPrintWhatItSays() throws Exception {
        final GuidePage page = GuidePage.of("first-job.md");
        final Path source = directory.resolve("PageHits.java");
        Files.writeString(source, page.blocks("java").get(0));
        final Path store = directory.resolve("data");

        assertThat(run(source, store)).containsExactlyElementsOf(page.results(0));
        assertThat(run(source, store))
                .as("another start over the same store")
                .containsExactlyElementsOf(page.results(0));
    }

    // As `./millrace run` does it, with no more on the class path than what the page's pom.xml brings along.
    private List<String> run(final Path source, final Path store) throws Exception {
        final Path errors = directory.resolve("errors");
        final Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1", // it is over before a better compiler would pay off
                        "--class-path",
                        classPath(),
                        source.toString(),
                        store.toString())
                .redirectError(errors.toFile())
                .start();
        final List<String> lines = process.inputReader().lines().toList();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
        return lines;
    }

    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.matches(".*[/\\\\](log|operators|streams-dsl)[/\\\\]target[/\\\\].*")
                        || entry.matches(".*[/\\\\](agrona|slf4j-api)-[^/\\\\]*\\.jar"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    @Test
    void shouldNameTheModulesAndTheVersionThatThereAre() throws IOException {
        final String pom = GuidePage.of("first-job.md").blocks("xml").get(0);
        final Matcher dependency = Pattern.compile("<groupId>io\\.millrace</groupId>\\s*<artifactId>millrace-([a-z-]+)"
                        + "</artifactId>\\s*<version>([^<]+)</version>")
                .matcher(pom);
        final String version = Pattern.compile("<artifactId>millrace</artifactId>\\s*<version>([^<]+)</version>")
                .matcher(Files.readString(Path.of("../pom.xml")))
                .results()
                .findFirst()
                .orElseThrow()
                .group(1);

        int count = 0;
        while (dependency.find()) {
            count++;
            assertThat(Path.of("..", dependency.group(1), "pom.xml")).exists();
            assertThat(dependency.group(2)).isEqualTo(version);
        }
        assertThat(count).isEqualTo(2);
    }
}
