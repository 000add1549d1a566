package io.millrace.examples.nexmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class NexmarkCommandTest {
    private static final Path PAGE = Path.of("../docs/nexmark.md");
    private static final List<String> EVENTS = GeneratedEvents.lines(5, 300, 50, false);

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine command =
            NexmarkCommand.create().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

    @TempDir
    private Path directory;

    @Test
    void shouldWriteTheRowsOfAQueryFromGzipToGzip() throws IOException {
        final Path file = directory.resolve("events.gz");
        final Path rows = directory.resolve("rows.gz");
        try (GZIPOutputStream gzip = new GZIPOutputStream(Files.newOutputStream(file))) {
            gzip.write(String.join("\r\n", EVENTS).getBytes(StandardCharsets.UTF_8));
        }

        assertThat(execute("--events", file, "--query", 3, "--out", rows, "-q")).isZero();

        try (InputStream in = new GZIPInputStream(Files.newInputStream(rows))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .sorted())
                    .isNotEmpty()
                    .isEqualTo(Reference.rows(EVENTS, "q3"));
        }
        assertThat(out.toString() + err).isEmpty();
    }

    @Test
    void shouldKeepTheLogGoOnWithItAndRefuseAnotherFile() throws IOException {
        final Path half = Files.write(directory.resolve("half.csv"), EVENTS.subList(0, 150));
        final Path whole = Files.write(directory.resolve("whole.csv"), EVENTS);
        final Path other = Files.write(directory.resolve("other.csv"), GeneratedEvents.lines(6, 300, 50, false));
        final Path log = directory.resolve("log");

        assertThat(execute("--events", whole, "--query", "q12", "--partitions", 2, "--dir", log))
                .isZero();
        assertThat(err.toString()).startsWith("q12e: ").contains("300 events, read into the log in ");
        final List<String> first = sorted(out);
        assertThat(first).isEqualTo(Reference.rows(EVENTS, "q12e"));

        assertThat(again("--events", whole, "--query", "q12e", "--partitions", 2, "--dir", log, "-q"))
                .isZero();
        assertThat(sorted(out)).isEqualTo(first);
        assertThat(again("--events", whole, "--query", "2", "--partitions", 2, "--dir", log, "-q"))
                .isZero();
        assertThat(sorted(out)).isEqualTo(Reference.rows(EVENTS, "q2"));

        assertRefused("--events " + other + " --query 0 --partitions 2 --dir " + log, "is not what " + log + " has in");
        assertRefused("--events " + half + " --query 0 --partitions 2 --dir " + log, log + " holds more events than");
        assertRefused("--events " + whole + " --query 0 --dir " + log, "are in 2 partitions, not in 1; give --part");
    }

    @Test
    void shouldListTheQueriesAsItsPageDoes() throws IOException {
        final String page = Files.readString(PAGE);

        assertThat(execute("--list")).isZero();

        assertThat(out.toString().lines())
                .hasSize(19)
                .zipSatisfy(
                        Queries.ALL,
                        (line, query) ->
                                assertThat(line).startsWith(query.name() + " ").endsWith(query.columns()));
        assertThat(Queries.ALL)
                .allSatisfy(query -> assertThat(page)
                        .contains("\n| `" + query.name() + "` | ")
                        .contains(" | " + query.columns().replace("|", ", ") + " |\n"));
    }

    @ParameterizedTest
    @CsvSource({
        "0, q0",
        "1, q1b",
        "2, q2",
        "3, q3",
        "4, q4b",
        "5, q5b",
        "6, q6b",
        "7, q7b",
        "8, q8b",
        "9, q9b",
        "11, q11b",
        "12, q12e",
        "20, q20",
        "q5, q5b",
        "Q5B, q5b",
        "5b, q5b",
        "x4, x4l",
        "x8, x8"
    })
    void shouldKnowEachQueryByItsNumberToo(final String typed, final String name) {
        assertThat(Queries.named(typed).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--query 5|--events is missing; give a file of events, plain or .gz (see 'millrace nexmark --help')",
                "--events pom.xml|--query is missing; there are q0, q1b, q2, q3, q4b, q5b, q6b, q7b, q8b, q9b, q11b,"
                        + " q12e, q20, x1, x3, x4l, x5, x6, x8 and all (see 'millrace nexmark --help')",
                "--events pom.xml --query 10|unknown query '10'; there are q0, q1b, q2, q3, q4b, q5b, q6b, q7b, q8b,"
                        + " q9b, q11b, q12e, q20, x1, x3, x4l, x5, x6, x8 and all (see 'millrace nexmark --help')",
                "--events /no/such --query 5|cannot read /no/such: no such file or directory",
                "--events src --query 5|cannot read src: it is a directory; give a file of events",
                "--events pom.xml --query 5 --partitions 0|--partitions is 1 to 64, not 0 (see 'millrace nexmark --help')",
                "--events pom.xml --query 5 --disorder -1|--disorder is 0 to 31536000 s, not -1"
                        + " (see 'millrace nexmark --help')",
                "--events pom.xml --query all|--query all needs --out with a directory (see 'millrace nexmark --help')",
                "--events pom.xml --query all --out pom.xml|--query all writes a file for each query into --out, and"
                        + " pom.xml is no directory (see 'millrace nexmark --help')",
                "--events pom.xml --query 5 --out src|--out is a file, and src is a directory"
                        + " (see 'millrace nexmark --help')",
                "--events pom.xml --query 5 --out /no/such/file|cannot write /no/such/file: no such directory",
                "--events pom.xml --query 5|pom.xml:1: is '<?xml version=\"1.0\" encoding=\"UTF-8\"?>', not the header"
                        + " seq,type,ts,id,name,city,state,initial_bid,reserve,expires,seller,category,auction,bidder,price",
            })
    void shouldSayInOneLineWhatIsWrong(final String args, final String line) {
        assertThat(command.execute(args.split(" "))).isEqualTo(NexmarkCommand.BAD_INPUT);

        assertThat(err.toString()).isEqualTo("millrace nexmark: " + line + System.lineSeparator());
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void shouldSuitAnyDisorderOrRefuseWhatIsMoreThanAllowed() throws IOException {
        final Path file = Files.write(
                directory.resolve("events.csv"),
                List.of(
                        EventLine.HEADER,
                        "0,B,99999,,,,,,,,,,1,2,3",
                        "1,B,20000,,,,,,,,,,1,2,3",
                        "2,B,15000,,,,,,,,,,1,2,3"));

        assertThat(execute("--events", file, "--query", "12", "-q")).isZero();
        assertThat(sorted(out)).containsExactly("10000|2|1", "20000|2|1", "90000|2|1");
        assertRefused(
                "--events " + file + " --query 0 --disorder 80",
                file + ":4: ts is '15000', 84999 ms behind a line before it; 80000 ms are allowed by --disorder");
    }

    private void assertRefused(final String args, final String part) {
        assertThat(again((Object[]) args.split(" "))).isEqualTo(NexmarkCommand.BAD_INPUT);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).startsWith("millrace nexmark: ").contains(part);
        assertThat(out.toString()).isEmpty();
    }

    private int again(final Object... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return execute(args);
    }

    private int execute(final Object... args) {
        final String[] texts = new String[args.length];
        for (int i = 0; i < args.length; i++) {
            texts[i] = args[i].toString();
        }
        return command.execute(texts);
    }

    private static List<String> sorted(final StringWriter text) {
        return text.toString().lines().sorted().toList();
    }
}
