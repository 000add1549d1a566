package io.millrace.node.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.node.Node;
import io.millrace.node.NodeContext;
import io.millrace.node.config.NodeSettings;
import io.millrace.node.config.SettingSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What docs/security.md and docs/groups.md tell to type, against a node with keys and an access list. */
@Timeout(60)
class SecuredNodeCommandsSystemTest {
    @TempDir
    private static Path directory;

    private static Node node;

    private final CommandRun command = new CommandRun();

    @BeforeAll
    static void startNode() throws IOException {
        final CommandRun keys = new CommandRun();
        for (final String principal : List.of("alice", "bob", "ops")) {
            assertThat(keys.run(
                            "keys",
                            "add",
                            principal,
                            "--file",
                            nodeKeys(),
                            "--client",
                            directory.resolve(principal + ".keys").toString()))
                    .as(keys.err.toString())
                    .isZero();
            assertThat(keys.out.toString()).isEmpty();
        }
        final Path rules = Files.writeString(
                directory.resolve("acl"),
                "alice orders* create,delete,read,write,group\nalice mails* read,write,create,delete,group\n"
                        + "bob orders read\nops * all\n");
        node = Node.launch(NodeContext.of(NodeSettings.resolve(List.of(new SettingSource(List.of(
                SettingSource.option("dir", store(), "--dir"),
                SettingSource.option("port", "0", "--port"),
                SettingSource.option("keys", nodeKeys(), "--set"),
                SettingSource.option("acl", rules.toString(), "--set"),
                SettingSource.option("max.groups", "2", "--set"),
                SettingSource.option("max.outstanding", "50", "--set"),
                SettingSource.option("segment.length", "64KiB", "--set"),
                SettingSource.option("topic.durability", "process", "--set")))))));
    }

    @AfterAll
    static void stopNode() {
        node.close();
    }

    @Test
    void shouldSayInOneLineHowToLogIn() {
        final String[] list = {"topic", "list", "--node", store()};
        assertThat(command.run(list)).isEqualTo(ExitCode.REFUSED);
        assertOneLine("this node asks who is there: connect with a principal and its key"
                + " (at the command line: --key-file, or MILLRACE_KEY_FILE)");
        assertThat(command.run("topic", "list", "--node", store(), "--principal", "alice"))
                .isEqualTo(ExitCode.BAD_INPUT);
        assertOneLine("--principal needs --key-file");
        final String keyOfAlice = directory.resolve("alice.keys").toString();
        assertThat(command.run("topic", "list", "--node", store(), "--key-file", keyOfAlice))
                .isZero();
        assertRefused("nobody", ExitCode.BAD_INPUT, "nobody.keys", "topic", "list");
        assertThat(command.run(
                        "topic",
                        "list",
                        "--node",
                        store(),
                        "--principal",
                        "ops",
                        "--key-file",
                        directory.resolve("bob.keys").toString()))
                .isEqualTo(ExitCode.BAD_INPUT);
        assertOneLine("no key for this principal");
    }

    @Test
    void shouldDoWhatTheListAllowsAndNothingElse() {
        assertThat(as("alice", "topic", "create", "orders", "--partitions", "2"))
                .isZero();
        assertThat(produce("alice", "1\n2\n3\n", "orders", "--partition", "0")).isZero();

        assertThat(consume("bob", "orders")).isEqualTo("1\n2\n3\n");
        final String notAllowed = "not allowed: principal=bob operation=";
        assertThat(produce("bob", "4\n", "orders")).isEqualTo(ExitCode.REFUSED);
        assertOneLine(notAllowed + "write topic=orders");
        assertRefused("bob", ExitCode.REFUSED, notAllowed + "create topic=mine", "topic", "create", "mine");
        assertRefused("bob", ExitCode.REFUSED, notAllowed + "delete topic=orders", "topic", "delete", "orders");
        assertRefused(
                "bob", ExitCode.REFUSED, notAllowed + "admin", "topic", "alter", "orders", "--retention-time", "1h");
        assertRefused("bob", ExitCode.REFUSED, notAllowed + "group", "consume", "orders", "--group", "g");
        assertRefused("bob", ExitCode.REFUSED, notAllowed + "group", "queue", "create", "q", "--topic", "orders");
        assertRefused("bob", ExitCode.REFUSED, notAllowed + "read topic=secret", "consume", "secret");
    }

    @Test
    void shouldLeadAGroupThroughItsLife() {
        assertThat(as("alice", "topic", "create", "orders.g", "--partitions", "2"))
                .isZero();
        assertThat(produce("alice", "1\n2\n3\n4\n", "orders.g", "--partition", "1"))
                .isZero();
        assertThat(consume("alice", "orders.g", "--group", "billing")).isEqualTo("1\n2\n3\n4\n");

        assertThat(as("alice", "group", "list")).isZero();
        assertThat(command.out.toString().lines()).anyMatch(line -> line.matches("billing +0 +2 +[0-9]+ +orders\\.g"));
        assertThat(as("alice", "group", "describe", "billing")).isZero();
        assertThat(command.out.toString().lines()).hasSize(3);
        assertThat(as("alice", "group", "reset", "billing", "--topic", "orders.g", "--to", "begin"))
                .isZero();
        assertThat(consume("alice", "orders.g", "--group", "billing")).isEqualTo("1\n2\n3\n4\n");

        assertRefused("alice", ExitCode.REFUSED, "no such group: group=nobody", "group", "describe", "nobody");
        assertRefused("alice", ExitCode.REFUSED, "no such group: group=nobody", "group", "delete", "nobody");
        assertRefused("alice", ExitCode.BAD_INPUT, "group name must be", "group", "describe", "no body");
        assertRefused(
                "alice", ExitCode.BAD_INPUT, "give --partition, too", "group", "reset", "billing", "--to", "4096");
        assertRefused(
                "alice",
                ExitCode.REFUSED,
                "consumer groups read it: topic=orders.g groups=[billing]",
                "topic",
                "delete",
                "orders.g");
        assertRefused("bob", ExitCode.REFUSED, "not allowed", "group", "describe", "billing");

        // A topic that was made again is another one.
        assertThat(as("alice", "topic", "delete", "orders.g", "--force")).isZero();
        assertThat(as("alice", "topic", "create", "orders.g", "--partitions", "3"))
                .isZero();
        assertThat(produce("alice", "5\n", "orders.g", "--partition", "2")).isZero();
        assertThat(produce("alice", "6\n", "orders.g", "--partition", "1")).isZero();
        assertThat(consume("alice", "orders.g", "--group", "billing").lines()).containsExactlyInAnyOrder("5", "6");

        assertThat(consume("ops", "orders.g", "--group", "second").lines()).hasSize(2);
        assertRefused(
                "ops", ExitCode.REFUSED, "too many groups: max.groups=2", "consume", "orders.g", "--group", "third");
        assertThat(as("alice", "group", "delete", "billing")).isZero();
        assertSaid("group billing deleted");
        assertThat(as("alice", "group", "delete", "second")).isZero();
        assertThat(as("alice", "topic", "delete", "orders.g"))
                .as(command.err.toString())
                .isZero();
    }

    @Test
    void shouldLeadAQueueThroughItsLife() {
        assertThat(as("alice", "topic", "create", "orders.q")).isZero();
        final String[] create = {"queue", "create", "mails", "--topic", "orders.q", "--max-deliveries", "3"};
        assertRefused(
                "alice",
                ExitCode.BAD_INPUT,
                "maxOutstanding must be from 1 to max.outstanding=50: 51",
                "queue",
                "create",
                "mails",
                "--topic",
                "orders.q",
                "--max-outstanding",
                "51");
        final List<String> small = new ArrayList<>(List.of(create));
        small.addAll(List.of("--max-outstanding", "10"));
        assertThat(as("alice", small.toArray(String[]::new)))
                .as(command.err.toString())
                .isZero();
        assertSaid("queue mails created");
        assertThat(as("alice", small.toArray(String[]::new))).isZero();
        assertSaid("queue mails exists");
        small.set(small.size() - 1, "11");
        assertRefused(
                "alice",
                ExitCode.REFUSED,
                "queue exists with other settings: queue=mails topic=orders.q",
                small.toArray(String[]::new));
        assertThat(as("alice", "queue", "list")).isZero();
        assertThat(command.out.toString().lines()).anyMatch(line -> line.startsWith("mails "));
        assertThat(as("alice", "queue", "describe", "mails")).isZero();

        assertRefused("alice", ExitCode.REFUSED, "no such queue: queue=nothing", "queue", "describe", "nothing");
        assertRefused("alice", ExitCode.REFUSED, "no such queue: queue=nothing", "queue", "delete", "nothing");
        assertRefused(
                "alice",
                ExitCode.REFUSED,
                "no such topic: topic=orders.no",
                "queue",
                "create",
                "x",
                "--topic",
                "orders.no",
                "--dead-letters",
                "mails.x",
                "--max-outstanding",
                "10");
        assertRefused(
                "alice",
                ExitCode.REFUSED,
                "queues=[mails]; delete those first",
                "topic",
                "delete",
                "orders.q",
                "--force");
        assertRefused("alice", ExitCode.REFUSED, "queues=[mails]", "topic", "delete", "mails.dead");

        assertThat(as("alice", "queue", "delete", "mails")).isZero();
        assertSaid("queue mails deleted");
        // Its dead letters are a topic that was made from the other.
        assertRefused("alice", ExitCode.REFUSED, "derived=[mails.dead]", "topic", "delete", "orders.q");
        assertThat(as("alice", "topic", "delete", "mails.dead"))
                .as(command.err.toString())
                .isZero();
        assertThat(as("alice", "topic", "delete", "orders.q"))
                .as(command.err.toString())
                .isZero();
    }

    private void assertRefused(final String principal, final int exitCode, final String part, final String... args) {
        assertThat(as(principal, args)).as(String.join(" ", args)).isEqualTo(exitCode);
        assertOneLine(part);
        assertThat(command.out.toString()).isEmpty();
    }

    private void assertSaid(final String line) {
        assertThat(command.err).hasToString(line + System.lineSeparator());
        assertThat(command.out.toString()).isEmpty();
    }

    private void assertOneLine(final String part) {
        assertThat(command.err.toString().lines()).singleElement().asString().contains(part);
    }

    private int as(final String principal, final String... args) {
        final List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of(
                "--node",
                store(),
                "--principal",
                principal,
                "--key-file",
                directory.resolve(principal + ".keys").toString()));
        return command.run(all.toArray(String[]::new));
    }

    private int produce(final String principal, final String input, final String... args) {
        final InputStream before = ProduceCommand.input;
        ProduceCommand.input = new ByteArrayInputStream(input.getBytes(UTF_8));
        try {
            return as(principal, with("produce", args));
        } finally {
            ProduceCommand.input = before;
        }
    }

    private String consume(final String principal, final String... args) {
        final PrintStream before = System.out;
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, UTF_8));
        try {
            assertThat(as(principal, with("consume", args)))
                    .as(command.err.toString())
                    .isZero();
        } finally {
            System.setOut(before);
        }
        return bytes.toString(UTF_8);
    }

    private static String[] with(final String first, final String... others) {
        final List<String> all = new ArrayList<>(List.of(first));
        all.addAll(List.of(others));
        return all.toArray(String[]::new);
    }

    private static String store() {
        return directory.resolve("store").toString();
    }

    private static String nodeKeys() {
        return directory.resolve("node.keys").toString();
    }
}
