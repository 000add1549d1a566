package io.millrace.node.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.node.Node;
import io.millrace.node.NodeContext;
import io.millrace.node.config.NodeSettings;
import io.millrace.node.config.SettingSource;
import io.millrace.streams.Codecs;
import io.millrace.streams.Job;
import io.millrace.streams.Topology;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Jobs in processes of their own, from the command line, against a node in this process. */
@Timeout(90)
class JobCommandsSystemTest {
    private static final String JOB = """
            import io.millrace.streams.*;

            final class Upper implements JobDefinition {
                public Topology topology(final String[] args) {
                    final Topology topology = Topology.named("upper");
                    topology.stream("words", Codecs.string())
                            .map(word -> word.toUpperCase() + args[0], Codecs.string())
                            .to("loud");
                    return topology;
                }
            }
            """;

    @TempDir
    private static Path directory;

    private static Path source;
    private static Path data;
    private static Node node;

    private final CommandRun command = new CommandRun();
    private final List<Process> children = new ArrayList<>();

    @BeforeAll
    static void startNode() throws IOException {
        data = directory.resolve("data");
        source = Files.writeString(directory.resolve("Upper.java"), JOB);
        node = Node.launch(NodeContext.of(NodeSettings.resolve(List.of(new SettingSource(List.of(
                SettingSource.option("dir", data.toString(), "--dir"),
                SettingSource.option("port", "0", "--port"),
                SettingSource.option("segment.length", "64KiB", "--set")))))));
    }

    @AfterAll
    static void stopNode() {
        node.close();
    }

    @AfterEach
    void endChildren() {
        children.forEach(Process::destroyForcibly);
    }

    @Test
    void shouldRunListAndStopJobsOfWhichEachNameHasOne() throws Exception {
        run("topic", "create", "words");
        run("topic", "create", "loud");
        produce("to\nbe\n");

        final Process first = givenJob();
        awaitJob(
                "\"state\":\"running\"",
                "\"recordsOut\":2",
                "\"lagBytes\":0",
                "\"pid\":" + first.pid(),
                "\"restarts\":0",
                "words");
        assertThat(run("job", "list")).isZero();
        assertThat(command.out.toString().lines().skip(1))
                .singleElement()
                .asString()
                .matches("upper +running .* " + first.pid() + " .* 2 +2 .* 0");

        assertThat(run(jobRun(directory.resolve("other")))).isEqualTo(ExitCode.REFUSED);
        assertThat(command.err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("millrace job run: a job of this name runs: job=upper host=")
                .contains("pid=" + first.pid() + "; stop it first");
        assertThat(directory.resolve("other")).as("nothing was touched").doesNotExist();

        assertThat(run("job", "stop", "upper")).isZero();
        assertThat(command.err.toString()).contains("job upper has ended in order");
        assertThat(exitCode(first)).isZero();
        assertThat(consume()).isEqualTo("TO!\nBE!\n");
        assertThat(run("job", "list")).isZero();
        assertThat(command.out.toString()).isEmpty();
        assertThat(run("job", "stop", "upper")).isEqualTo(ExitCode.REFUSED);
        assertThat(command.err.toString()).contains("no such job runs: job=upper");

        final Process second = givenJob();
        produce("or\n");
        awaitJob("\"state\":\"running\"", "\"recordsOut\":1");
        second.destroyForcibly();
        awaitJob("\"state\":\"lost\"", "\"pid\":" + second.pid());
        produce("not\n");

        final Process third = givenJob();
        awaitJob("\"state\":\"running\"", "\"restarts\":1", "\"pid\":" + third.pid());
        await().atMost(Duration.ofSeconds(20)).until(() -> consume().endsWith("NOT!\n"));
        third.destroy();
        assertThat(exitCode(third)).as("SIGTERM").isEqualTo(143);
        assertThat(consume()).isEqualTo("TO!\nBE!\nOR!\nNOT!\n");
        assertThat(run("job", "list")).isZero();
        assertThat(command.out.toString()).isEmpty();
    }

    @Test
    void shouldListAJobInTheNodesOwnProcessAndLeaveItThere() throws Exception {
        run("topic", "create", "inside-in");
        final Topology topology = Topology.named("inside");
        topology.stream("inside-in", Codecs.string()).to("inside-out");
        try (Job job = Job.start(node.store(), topology)) {
            node.jobs().add(job);
            assertThat(run("job", "list")).isZero();
            assertThat(command.out.toString().lines())
                    .anyMatch(line -> line.matches("inside +running +\\(node\\) +"
                            + ProcessHandle.current().pid() + " .*"));
            assertThat(run("job", "stop", "inside")).isEqualTo(ExitCode.REFUSED);
            assertThat(command.err.toString()).contains("runs in the node's own process");
            node.jobs().remove(job);
        }
        assertThat(run("job", "list")).isZero();
        assertThat(command.out.toString()).doesNotContain("inside");
    }

    @Test
    void shouldSayInOneLineWhatIsWrongWithAJob() throws Exception {
        final Path file = directory.resolve("Wrong.java");
        final String wrong = JOB.replace("class Upper", "class Wrong");
        assertWrong("no such class: com.example.Nothing; is it on the --class-path?", "com.example.Nothing");
        assertWrong("class java.lang.String does not implement io.millrace.streams.JobDefinition", "java.lang.String");
        assertWrong("no such file on the class path: " + file, "--class-path", file.toString(), "X");
        assertWrong("cannot read " + file, file.toString());
        assertWrong("invalid value for option '--lease': '1ms'", "--lease", "1ms", source.toString());
        Files.writeString(file, "class Wrong {");
        assertWrong("cannot compile " + file + ": line 1: reached end of file", file.toString());
        Files.writeString(file, "class Wrong {}");
        assertWrong("must have one class that implements JobDefinition: found=[]", file.toString());
        Files.writeString(file, wrong.replace("return topology;", "return null;"));
        assertWrong("the topology of " + file + " is null", file.toString());
        Files.writeString(file, wrong.replace("Topology.named(\"upper\")", "null"));
        assertWrong("the topology of " + file + " cannot be made: java.lang.NullPointerException", file.toString());
    }

    private void assertWrong(final String problem, final String... args) {
        final List<String> words = new ArrayList<>(
                List.of("job", "run", "--job-dir", directory.resolve("wrong").toString()));
        words.addAll(Arrays.asList(args));
        assertThat(command.run(words.toArray(String[]::new))).as(problem).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(command.err.toString().lines()).singleElement().asString().contains(problem);
    }

    private Process givenJob() throws IOException {
        final List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-exports",
                "java.base/jdk.internal.misc=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                MillraceCommand.class.getName()));
        words.addAll(Arrays.asList(jobRun(directory.resolve("job"))));
        words.addAll(words.indexOf("--job-dir"), List.of("--node", data.toString()));
        final Process child = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("children.log").toFile()))
                .start();
        children.add(child);
        return child;
    }

    private static String[] jobRun(final Path jobDirectory) {
        return new String[] {"job", "run", "--job-dir", jobDirectory.toString(), "--lease", "1s", source.toString(), "!"
        };
    }

    /** Until the list of jobs is one line that says all that. */
    private void awaitJob(final String... parts) {
        await().atMost(Duration.ofSeconds(25)).untilAsserted(() -> {
            assertThat(run("job", "list", "--format", "json")).isZero();
            assertThat(command.out.toString()).as(() -> log()).contains(parts);
        });
    }

    private static String log() {
        try {
            return Files.readString(directory.resolve("children.log"));
        } catch (final IOException ex) {
            return ex.toString();
        }
    }

    private static int exitCode(final Process child) throws InterruptedException {
        assertThat(child.waitFor(30, TimeUnit.SECONDS)).as("it ends").isTrue();
        return child.exitValue();
    }

    private void produce(final String words) {
        final InputStream before = ProduceCommand.input;
        ProduceCommand.input = new ByteArrayInputStream(words.getBytes(UTF_8));
        try {
            assertThat(run("produce", "words")).isZero();
        } finally {
            ProduceCommand.input = before;
        }
    }

    private String consume() {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final PrintStream before = System.out;
        System.setOut(new PrintStream(bytes, true, UTF_8));
        try {
            assertThat(run("consume", "loud")).isZero();
        } finally {
            System.setOut(before);
        }
        return bytes.toString(UTF_8);
    }

    /** The option stands behind the command's name, for what follows a class is the job's. */
    private int run(final String... args) {
        final List<String> words = new ArrayList<>(Arrays.asList(args));
        final int behindName = args[0].equals("topic") || args[0].equals("job") ? 2 : 1;
        words.addAll(behindName, List.of("--node", data.toString()));
        return command.run(words.toArray(String[]::new));
    }
}
