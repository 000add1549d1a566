package io.millrace.node.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.millrace.node.Node;
import io.millrace.node.NodeContext;
import io.millrace.node.config.NodeSettings;
import io.millrace.node.config.SettingSource;
import io.millrace.node.counters.CountersMapping;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that work with a node, against one in this process. */
class NodeClientCommandsSystemTest {
    @TempDir
    private static Path directory;

    private static Node node;

    private final CommandRun command = new CommandRun();

    @BeforeAll
    static void startNode() {
        node = Node.launch(NodeContext.of(NodeSettings.resolve(List.of(new SettingSource(List.of(
                SettingSource.option("dir", directory.toString(), "--dir"),
                SettingSource.option("port", "0", "--port"),
                SettingSource.option("http.port", "0", "--http-port"),
                SettingSource.option("segment.length", "64KiB", "--set"),
                SettingSource.option("max.partitions", "8", "--set"),
                SettingSource.option("topic.durability", "process", "--set")))))));
    }

    @AfterAll
    static void stopNode() {
        node.close();
    }

    @Test
    void shouldCreateListDescribeAlterAndDeleteTopics() {
        assertThat(run("topic", "create", "admin-a", "--partitions", "3", "--durability", "power"))
                .isZero();
        assertThat(command.err).hasToString(line("topic admin-a created"));
        assertThat(run("topic", "create", "admin-b", "--retention-time", "7d")).isZero();

        assertThat(run("topic", "list")).isZero();
        assertThat(command.out.toString().lines())
                .anyMatch(line -> line.matches("admin-a\\s+3\\s+\\S+ \\S+\\s+power"))
                .anyMatch(line -> line.matches("admin-b\\s+1\\s+\\S+ \\S+\\s+process"));

        assertThat(run("topic", "alter", "admin-a", "--retention-bytes", "1MiB", "--compact"))
                .isZero();
        assertThat(run("topic", "describe", "admin-a")).isZero();
        assertThat(command.out.toString())
                .contains("partitions      3", "durability      power", "1.0 MiB of each partition", "yes, tombstones")
                .contains("PARTITION");

        assertThat(run("topic", "delete", "admin-a")).isZero();
        assertThat(run("topic", "list", "--names")).isZero();
        assertThat(command.out.toString().lines()).contains("admin-b").doesNotContain("admin-a");
    }

    @Test
    void shouldSayInOneLineWhatTheNodeDoesNotDo() {
        run("topic", "create", "twice");

        assertRefused(ExitCode.REFUSED, "topic exists: topic=twice", "topic", "create", "twice");
        assertThat(run("topic", "create", "twice", "--if-not-exists")).isZero();
        assertRefused(ExitCode.REFUSED, "no such topic: topic=nowhere", "topic", "describe", "nowhere");
        assertRefused(ExitCode.REFUSED, "no such topic: topic=nowhere", "topic", "delete", "nowhere");
        assertRefused(ExitCode.REFUSED, "no such topic: topic=nowhere", "consume", "nowhere");
        assertRefused(ExitCode.REFUSED, "no such topic: topic=nowhere", "produce", "nowhere");
        assertRefused(ExitCode.BAD_INPUT, "topic name must be", "topic", "create", "../up");
        assertRefused(ExitCode.BAD_INPUT, "are Millrace's own", "topic", "create", "__mine");
        assertRefused(
                ExitCode.REFUSED,
                "max.partitions=8; use fewer or raise that setting of the node",
                "topic",
                "create",
                "wide",
                "--partitions",
                "9");
        assertRefused(ExitCode.BAD_INPUT, "segment length", "topic", "create", "odd", "--segment-length", "65537");
        assertRefused(ExitCode.BAD_INPUT, "nothing to change", "topic", "alter", "twice");
    }

    @Test
    void shouldGiveBackTheLinesThatWerePublished() {
        run("topic", "create", "lines", "--partitions", "2");
        final List<String> lines =
                IntStream.range(0, 500).mapToObj(i -> "line " + i + " äöü").toList();

        assertThat(produce(String.join("\n", lines), "lines", "--partition", "1"))
                .isZero();
        assertThat(command.err).hasToString(line("500 records in lines"));

        assertThat(consume("lines").lines()).containsExactlyElementsOf(lines);
        assertThat(consume("lines", "--limit", "3").lines()).containsExactlyElementsOf(lines.subList(0, 3));
        assertThat(consume("lines", "--partition", "0")).isEmpty();
        assertThat(consume("lines", "--from", "end")).isEmpty();
        assertThat(consume("lines", "--from", "1h").lines()).hasSize(500);
    }

    @Test
    void shouldKeepKeyAndValueApart() {
        run("topic", "create", "keyed", "--partitions", "4");

        assertThat(produce("a:1\nb:2\na:3:4\n:5\n", "keyed", "--key-separator", ":"))
                .isZero();

        assertThat(consume("keyed", "--key-separator", "=").lines())
                .containsExactlyInAnyOrder("a=1", "b=2", "a=3:4", "=5")
                .containsSubsequence("a=1", "a=3:4");
        assertThat(consume("keyed", "--format", "json").lines())
                .hasSize(4)
                .anyMatch(line -> line.startsWith("{\"topic\":\"keyed\",\"partition\":")
                        && line.endsWith("\"key\":\"b\",\"value\":\"2\"}"));
        assertThat(consume("keyed", "--format", "hex")).contains("key=62 value=32");
        assertThat(consume("keyed", "--format", "text")).contains("key='b' value='2'");
    }

    @Test
    void shouldGoOnWhereTheGroupHasCommitted() {
        run("topic", "create", "shared", "--partitions", "2");
        final List<String> lines =
                IntStream.range(0, 500).mapToObj(i -> "line " + i).toList();
        produce(String.join("\n", lines), "shared", "--partition", "1");

        // Records that were sent and not printed must not count, nor stand in the way of the commit.
        assertThat(consume("shared", "--group", "g", "--limit", "3").lines())
                .containsExactlyElementsOf(lines.subList(0, 3));
        assertThat(consume("shared", "--group", "g", "--member", "two", "--limit", "100")
                        .lines())
                .containsExactlyElementsOf(lines.subList(3, 103));
        assertThat(consume("shared", "--group", "g").lines()).containsExactlyElementsOf(lines.subList(103, 500));
        produce("more\n", "shared", "--partition", "0");
        assertThat(consume("shared", "--group", "g")).isEqualTo("more\n");
        assertThat(consume("shared", "--group", "g")).isEmpty();
        assertThat(consume("shared", "--group", "late", "--from", "end")).isEmpty();

        assertRefused(ExitCode.BAD_INPUT, "goes with --group", "consume", "shared", "--member", "m");
        assertRefused(ExitCode.BAD_INPUT, "does not go with", "consume", "shared", "--group", "g", "--partition", "1");
        assertRefused(ExitCode.BAD_INPUT, "group reset", "consume", "shared", "--group", "g", "--from", "1h");
    }

    @Test
    void shouldCommitNothingThatTheReaderOfThePipeDidNotTake() {
        run("topic", "create", "piped");
        produce("1\n2\n3\n", "piped");
        final PrintStream before = System.out;
        System.setOut(new PrintStream(OutputStream.nullOutputStream()) {
            @Override
            public boolean checkError() {
                return true;
            }
        });
        try {
            assertThat(run("consume", "piped", "--group", "readers", "--follow"))
                    .isZero();
        } finally {
            System.setOut(before);
        }

        assertThat(consume("piped", "--group", "readers")).isEqualTo("1\n2\n3\n");
    }

    @Test
    void shouldRefuseAPartitionOrALimitBelowTheFirst() {
        run("topic", "create", "bounds");

        assertRefused(
                ExitCode.BAD_INPUT, "--partition must be from 0 to 0: -1", "consume", "bounds", "--partition", "-1");
        assertRefused(
                ExitCode.BAD_INPUT, "--partition must be from 0 to 0: -1", "produce", "bounds", "--partition", "-1");
        assertRefused(ExitCode.BAD_INPUT, "--limit must be 1 or more: -1", "consume", "bounds", "--limit", "-1");
        assertRefused(ExitCode.BAD_INPUT, "--limit must be 1 or more: 0", "consume", "bounds", "--limit", "0");
    }

    @Test
    void shouldEndTheLiveCountersWhenTheirReaderHasLeft() {
        final PrintStream before = System.out;
        System.setOut(new PrintStream(new OutputStream() {
            @Override
            public void write(final int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        }));
        try {
            System.out.print('x');
            assertTimeoutPreemptively(
                    Duration.ofSeconds(10), () -> assertThat(run("stat")).isZero());
        } finally {
            System.setOut(before);
        }
    }

    @Test
    void shouldStopAtALineThatIsNotWhatItShouldBe() {
        run("topic", "create", "strict");

        assertThat(produce("{\"id\":7,\"x\":[1]}\n{\"id\":\n", "strict", "--key-field", "id"))
                .isEqualTo(ExitCode.BAD_INPUT);
        assertThat(command.err.toString().lines()).singleElement().asString().contains("line 2 is no JSON");
        assertThat(consume("strict", "--key-separator", " ")).isEqualTo("7 {\"id\":7,\"x\":[1]}\n");

        assertThat(produce("[1]", "strict", "--key-field", "id")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(command.err.toString()).contains("line 1 is no JSON object: [1]");
        assertThat(produce("{} {}", "strict", "--json")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(command.err.toString()).contains("line 1 holds more than one JSON value");
        assertThat(produce("{\"a\":{\"id\":1}}", "strict", "--key-field", "id")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(command.err.toString()).contains("line 1 has no field 'id' for the key");
        assertThat(produce("nokey", "strict", "--key-separator", "\t")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(command.err.toString()).contains("line 1 has no key separator");
    }

    @Test
    void shouldTakeJsonForMessagesAndPrintThemAgain() {
        run("topic", "create", "messages");
        final String schema = "src/main/resources/millrace-market.xml";
        final String trades = """
                {"symbol":"BTC-USD","tradeId":1,"price":101.25,"quantity":0.5,"receivedNs":7}
                {"symbol":"ETH-USD","tradeId":2,"price":7,"quantity":2,"receivedNs":8}
                """;

        assertThat(produce(
                        trades,
                        "messages",
                        "--format",
                        "json",
                        "--schema",
                        schema,
                        "--message",
                        "Trade",
                        "--key-field",
                        "symbol"))
                .isZero();
        assertThat(consume("messages", "--schema", schema)).isEqualTo(trades);
        assertThat(consume("messages", "--format", "json", "--schema", schema, "--limit", "1"))
                .endsWith("\"key\":\"BTC-USD\",\"message\":\"Trade\",\"value\":"
                        + trades.lines().findFirst().orElseThrow() + "}\n");

        assertThat(produce(
                        trades.replace(":7,\"q", ":7.123456789,\"q"),
                        "messages",
                        "--schema",
                        schema,
                        "--message",
                        "Trade"))
                .isEqualTo(ExitCode.BAD_INPUT);
        assertThat(command.err.toString().lines())
                .singleElement()
                .asString()
                .contains("line 2 for message Trade: field price must be a number with at most 8 decimal places");
        assertThat(consume("messages", "--schema", schema).lines())
                .as("the line before it is held")
                .hasSize(3);

        assertThat(produce("{}", "messages", "--schema", schema)).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(command.err.toString()).contains("which message? the schema has Trade, Candle");
        assertThat(produce("{}", "messages", "--message", "Trade")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(produce("{}", "messages", "--schema", schema, "--format", "value"))
                .isEqualTo(ExitCode.BAD_INPUT);
        assertRefused(
                ExitCode.BAD_INPUT,
                "--schema goes with --format value or json",
                "consume",
                "messages",
                "--schema",
                schema,
                "--format",
                "hex");
        produce("no message\n", "messages");
        assertThat(run("consume", "messages", "--from", "1h", "--schema", schema))
                .isEqualTo(ExitCode.FAILED);
        assertThat(command.err.toString()).contains("value is no message of the schema: topic=messages partition=0");
    }

    @Test
    void shouldStoreOnceWhatIsSentAgainUnderTheSameName() {
        run("topic", "create", "once");

        assertThat(produce("1\n2\n", "once", "--producer", "import")).isZero();
        assertThat(produce("1\n2\n3\n", "once", "--producer", "import")).isZero();

        assertThat(command.err).hasToString(line("3 records in once, 2 of them held before"));
        assertThat(consume("once")).isEqualTo("1\n2\n3\n");
    }

    @Test
    void shouldReachTheNodeByHostAndPort() {
        assertThat(command.run(
                        "topic", "create", "remote", "--node", node.info().hostAndPort()))
                .isZero();
        assertThat(command.run("topic", "list", "--names", "--node", directory.toString()))
                .isZero();
        assertThat(command.out.toString().lines()).contains("remote");
    }

    @Test
    void shouldShowWhatTheNodeCountsWithoutAskingIt() throws Exception {
        run("topic", "create", "counted", "--partitions", "2");
        produce("1\n2\n", "counted");
        awaitSample();

        assertThat(run("stat", "--once")).isZero();

        assertThat(command.out.toString())
                .contains("node " + ProcessHandle.current().pid())
                .containsPattern("records appended +[0-9,]+")
                .containsPattern("counted +2 ");
        final HttpResponse<String> metrics = get("/metrics");
        assertThat(metrics.statusCode()).isEqualTo(200);
        assertThat(metrics.body())
                .contains("# TYPE millrace_records_appended_total counter\nmillrace_records_appended_total ")
                .contains("millrace_up 1\n", "millrace_topic_partitions{topic=\"counted\"} 2\n");
        assertThat(get("/health").body()).isEqualTo("ok\n");
        assertThat(get("/ready").statusCode()).isEqualTo(200);
        assertThat(get("/etc/passwd").statusCode()).isEqualTo(404);
    }

    @Test
    void shouldSayThatThereIsNoNode(@TempDir final Path other) throws Exception {
        assertThat(command.run("topic", "list", "--node", other.toString())).isEqualTo(ExitCode.NOT_REACHED);
        assertThat(command.err)
                .hasToString(line("millrace topic list: no node serves " + other
                        + "; start one with `millrace node --dir " + other + '`'));
        assertThat(command.run("stat", "--node", other.toString())).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(command.err.toString()).contains("no node has served this directory");
        assertThat(command.run("stat", "--node", "127.0.0.1:1")).isEqualTo(ExitCode.BAD_INPUT);

        Files.writeString(
                other.resolve("node.properties"),
                "pid=999999999\nchannel=aeron:udp?endpoint=127.0.0.1:1\nstream=1\naeron.directory=x\nhttp=\n");
        assertThat(command.run("topic", "list", "--node", other.toString())).isEqualTo(ExitCode.NOT_REACHED);
        assertThat(command.err.toString()).contains("is gone: process 999999999 ended without closing it");
    }

    private void assertRefused(final int exitCode, final String part, final String... args) {
        assertThat(run(args)).as(String.join(" ", args)).isEqualTo(exitCode);
        assertThat(command.err.toString().lines()).singleElement().asString().contains(part);
        assertThat(command.out.toString()).isEmpty();
    }

    private int run(final String... args) {
        final String[] all = Arrays.copyOf(args, args.length + 2);
        all[args.length] = "--node";
        all[args.length + 1] = directory.toString();
        return command.run(all);
    }

    private int produce(final String input, final String... args) {
        final InputStream before = ProduceCommand.input;
        ProduceCommand.input = new ByteArrayInputStream(input.getBytes(UTF_8));
        try {
            final String[] all = new String[args.length + 1];
            all[0] = "produce";
            System.arraycopy(args, 0, all, 1, args.length);
            return run(all);
        } finally {
            ProduceCommand.input = before;
        }
    }

    private String consume(final String... args) {
        final PrintStream before = System.out;
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, UTF_8));
        try {
            final String[] all = new String[args.length + 1];
            all[0] = "consume";
            System.arraycopy(args, 0, all, 1, args.length);
            assertThat(run(all)).as(command.err.toString()).isZero();
        } finally {
            System.setOut(before);
        }
        return bytes.toString(UTF_8);
    }

    /** Until the monitor has looked twice since. */
    private static void awaitSample() {
        final long deadlineNs = System.nanoTime() + 10_000_000_000L;
        final long since = System.currentTimeMillis();
        try (CountersMapping mapping = CountersMapping.open(directory)) {
            while (mapping.view().sampleMs() < since + 150) {
                assertThat(System.nanoTime()).as("no sample in time").isLessThan(deadlineNs);
                LockSupport.parkNanos(5_000_000);
            }
        }
    }

    private static HttpResponse<String> get(final String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(
                                        URI.create("http://" + node.info().http() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private static String line(final String text) {
        return text + System.lineSeparator();
    }
}
