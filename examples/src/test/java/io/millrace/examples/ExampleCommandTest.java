package io.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

final class ExampleCommandTest {
    private static final Path PAGE = Path.of("../docs/examples.md");
    private static final Path MODULE_PAGE = Path.of("README.md");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine command =
            ExampleCommand.create().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

    static List<String> names() {
        return Examples.ALL.stream().map(Examples.Entry::name).toList();
    }

    @Test
    void shouldListEveryExampleWithOneLine() {
        assertThat(command.execute()).isZero();

        assertThat(out.toString().lines().limit(Examples.ALL.size()))
                .hasSize(10)
                .allMatch(line -> line.length() <= 100)
                .zipSatisfy(names(), (line, name) -> assertThat(line).startsWith(name + " "));
        assertThat(err.toString()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldPrintWhatItsPageShows(final String name) throws IOException {
        final Matcher block =
                Pattern.compile("(?s)```text " + name + "\n(.*?)```\n").matcher(Files.readString(PAGE));

        assertThat(block.find()).as("a block of text %s in %s", name, PAGE).isTrue();
        assertThat(Ran.example(name)).isEqualTo(block.group(1).lines().toList());
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldPrintTheSameLinesInFourPartitions(final String name) {
        assumeFalse("top-pages".equals(name), "each partition has its own late lines");

        assertThat(withoutPositions(Ran.example(name, "--partitions", "4")))
                .containsExactlyInAnyOrderElementsOf(withoutPositions(Ran.example(name)));
    }

    private static List<String> withoutPositions(final List<String> lines) {
        return lines.stream()
                .map(line -> line.replaceFirst("of position \\d+", "of some position"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldBeInTheTableOfTheModule(final String name) throws IOException {
        assertThat(Files.readString(MODULE_PAGE)).contains("`./millrace example " + name + "`");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nope|unknown example 'nope'; there are word-count, top-pages, error-rate, machine-temperature, nbbo,"
                        + " effective-spread, order-book, correlation, sgd, dead-letter (see 'millrace example --help')",
                "sgd --bogus|unknown option: '--bogus' (see 'millrace example --help')",
                "sgd nbbo|unmatched argument at index 1: 'nbbo' (see 'millrace example --help')",
                "nbbo --data /no/such|cannot read /no/such: no such file or directory",
                "nbbo --partitions 0|--partitions is 1 to 64, not 0 (see 'millrace example --help')",
                "nbbo --data=|--data is empty; give a file or a directory (see 'millrace example --help')",
                "--data pom.xml|--data needs the name of an example (see 'millrace example --help')",
                "word-count --data pom.xml|pom.xml:1: not a line of an access log in the combined format",
                "nbbo --data pom.xml|pom.xml:1: expected a time in ns, a space and a JSON message",
                "sgd --data pom.xml|pom.xml:1: expected a time and a value, found '<?xml version=\"1.0\" encoding=\"UTF-8\"?>'",
            })
    void shouldSayInOneLineWhatIsWrong(final String args, final String line) {
        assertThat(command.execute(args.split(" "))).isEqualTo(ExampleCommand.BAD_INPUT);

        assertThat(err.toString()).isEqualTo("millrace example: " + line + System.lineSeparator());
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldSayThatADirectoryHoldsNothing(final String name, @TempDir final Path directory) {
        assertThat(command.execute(name, "--data", directory.toString())).isEqualTo(ExampleCommand.BAD_INPUT);

        assertThat(err.toString())
                .isEqualTo("millrace example: no files that end in .log, .csv or .jsonl, or these and .gz, in "
                        + directory + System.lineSeparator());
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldSayThatAFileIsEmpty(final String name, @TempDir final Path directory) throws IOException {
        final Path file = Files.createFile(directory.resolve("empty.jsonl"));

        assertThat(command.execute(name, "--data", file.toString())).isEqualTo(ExampleCommand.BAD_INPUT);

        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).startsWith("millrace example: ").contains("empty.jsonl");
    }
}
