package io.millrace.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class MillraceCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine commandLine =
            MillraceCommand.create().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

    @Test
    void shouldListEveryCommandWithOneLine() {
        assertThat(commandLine.execute("--help")).isZero();

        assertThat(out.toString().lines().map(String::strip))
                .anyMatch(line -> line.startsWith("demo "))
                .anyMatch(line -> line.startsWith("test "))
                .anyMatch(line -> line.startsWith("run "))
                .anyMatch(line -> line.startsWith("example "))
                .anyMatch(line -> line.startsWith("node "))
                .anyMatch(line -> line.startsWith("topic "))
                .anyMatch(line -> line.startsWith("produce "))
                .anyMatch(line -> line.startsWith("consume "))
                .anyMatch(line -> line.startsWith("stat "))
                .anyMatch(line -> line.startsWith("group "))
                .anyMatch(line -> line.startsWith("queue "))
                .anyMatch(line -> line.startsWith("nexmark "))
                .anyMatch(line -> line.startsWith("completion "))
                .anyMatch(line -> line.startsWith("log "))
                .anyMatch(line -> line.startsWith("dead-letters "))
                .anyMatch(line -> line.startsWith("keys "))
                .anyMatch(line -> line.startsWith("perf "))
                .anyMatch(line -> line.startsWith("torture "))
                .anyMatch(line -> line.startsWith("version "))
                .anyMatch(line -> line.startsWith("help "))
                .allMatch(line -> line.length() <= 80);
        assertThat(out.toString().split("Commands:|Exit codes:")[1].strip().lines())
                .hasSize(21);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void shouldShowTheHelpWhenNothingIsAsked() {
        assertThat(commandLine.execute()).isZero();

        assertThat(out.toString()).contains("Usage: millrace");
    }

    @Test
    void shouldListTheExitCodesOfTheDemo() {
        assertThat(commandLine.execute("demo", "--help")).isZero();

        assertThat(out.toString())
                .contains("--data", "--speed", "--dir", "--seconds", "--port", "--explain", "--verbose")
                .contains("  0   ", "  1   ", "  2   ");
    }

    @Test
    void shouldExplainEveryCommandWithinEightyColumns() {
        assertExplained(commandLine);
    }

    private void assertExplained(final CommandLine explained) {
        final String name = explained.getCommandSpec().qualifiedName();
        final String[] help = (name + " --help").substring("millrace ".length()).split(" ");
        out.getBuffer().setLength(0);

        // What the script hands over to another program is explained there.
        if (!(explained.getCommand() instanceof ScriptCommand)) {
            assertThat(commandLine.execute(help)).as("%s: %s", name, err).isZero();
            assertThat(out.toString()).contains("Usage: " + name);
        }
        assertThat(explained.getCommandSpec().usageMessage().footer()).as(name).allMatch(line -> line.length() <= 80);
        explained.getSubcommands().values().forEach(this::assertExplained);
    }

    @ParameterizedTest
    @CsvSource({"run --help, FILE.java", "test --help, MAVEN-ARGS"})
    void shouldExplainTheCommandsOfTheScript(final String args, final String part) {
        assertThat(commandLine.execute(args.split(" "))).isZero();

        assertThat(out.toString()).startsWith("Usage: millrace ").contains(part);
    }

    @ParameterizedTest
    @CsvSource({"version", "--version", "-V", "demo --version"})
    void shouldPrintItsVersion(final String args) {
        assertThat(commandLine.execute(args.split(" "))).isZero();

        assertThat(out.toString()).matches("millrace \\d+\\.\\d+\\.\\d+\\S* \\(Java .+\\)\\R");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "dmo|millrace: unknown command 'dmo'; did you mean 'demo'? (see 'millrace --help')",
                "--bogus|millrace: unknown option '--bogus' (see 'millrace --help')",
                "demo --sped 3|millrace demo: unknown option '--sped'; did you mean '--speed'? (see 'millrace demo --help')",
                "demo --speed abc|millrace demo: invalid value for option '--speed': 'abc' is not a number above 0, or max"
                        + " (see 'millrace demo --help')",
                "demo --speed 0|millrace demo: invalid value for option '--speed': '0' is not a number above 0, or max"
                        + " (see 'millrace demo --help')",
                "demo --speed 1e3|millrace demo: invalid value for option '--speed': '1e3' is not a number above 0, or max"
                        + " (see 'millrace demo --help')",
                "demo --seconds -1|millrace demo: invalid value for option '--seconds': '-1' is not a number of seconds above 0"
                        + " (see 'millrace demo --help')",
                "demo --port 80|millrace demo: invalid value for option '--port': '80' is not 0 or from 1024 to 65535"
                        + " (see 'millrace demo --help')",
                "demo --port x|millrace demo: invalid value for option '--port': 'x' is not 0 or from 1024 to 65535"
                        + " (see 'millrace demo --help')",
                "demo more|millrace demo: unexpected argument 'more' (see 'millrace demo --help')",
                "demo --data|millrace demo: missing required parameter for option '--data' (FILE) (see 'millrace demo --help')",
                "demo --data= --explain|millrace demo: invalid value for option '--data': it is empty (see 'millrace demo --help')",
                "demo --dir=|millrace demo: invalid value for option '--dir': it is empty (see 'millrace demo --help')",
                "demo --explain --data /no/such.csv|millrace demo: cannot read /no/such.csv: no such file or directory",
                "demo --data /no/such.csv|millrace demo: cannot read /no/such.csv: no such file or directory",
                "run A.java|millrace run: the script does this; run ./millrace run A.java in the source tree",
                "example word-count|millrace example: the script does this; run ./millrace example in the source tree",
                "test|millrace test: the script does this; run ./millrace test in the source tree",
            })
    void shouldSayInOneLineWhatIsWrong(final String args, final String line) {
        assertThat(commandLine.execute(args.split(" "))).isEqualTo(ExitCode.BAD_INPUT);

        assertThat(err.toString()).isEqualTo(line + System.lineSeparator());
        assertThat(out.toString()).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldSayInOneLineThatItsOutputIsLost(@TempDir final Path directory) throws Exception {
        final Path lines = directory.resolve("err");

        final Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        MillraceCommand.class.getName(),
                        "version")
                .redirectOutput(new File("/dev/full"))
                .redirectError(lines.toFile())
                .start();

        assertThat(process.waitFor()).isEqualTo(ExitCode.FAILED);
        assertThat(Files.readAllLines(lines))
                .hasSize(1)
                .allMatch(line -> line.startsWith("millrace: cannot write to standard output"));
    }

    @Test
    void shouldPrintAScriptThatCompletesCommandsByTab() {
        assertThat(commandLine.execute("completion", "bash")).isZero();

        assertThat(out.toString()).contains("complete -F _complete_millrace", "--key-separator", "topic");
    }

    @Test
    void shouldShowTheStackOfAnErrorOnlyWhenAsked() {
        commandLine.execute("demo", "--data", "/no/such.csv", "--verbose");

        assertThat(err.toString()).contains("no such file").contains("\tat io.millrace.node.demo.");
    }

    @Test
    void shouldRefuseADirectoryWithOtherThings(@TempDir final Path directory) throws Exception {
        Files.writeString(directory.resolve("diary.txt"), "dear diary");

        assertThat(commandLine.execute("demo", "--dir", directory.toString())).isEqualTo(ExitCode.BAD_INPUT);

        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).contains("is not empty and holds no run of the demo");
        assertThat(directory).isDirectoryContaining("glob:**diary.txt");
    }

    @Test
    void shouldExplainThePlanWithoutRunningIt() {
        assertThat(commandLine.execute("demo", "--explain")).isZero();

        assertThat(out.toString()).contains("trades", "by-symbol", "candles-1s", "candles");
        assertThat(err.toString()).isEmpty();
    }

    /** Whatever is typed: one line or the help, and an exit code from the list. */
    @Test
    void shouldAnswerAnyWordsWithOneLine() {
        final long seed = System.nanoTime();
        final SplittableRandom random = new SplittableRandom(seed);
        final String[] words = {
            "--speed",
            "--seconds",
            "--port",
            "-x",
            "--dri",
            "max",
            "-1",
            "",
            "=",
            "--speed=",
            "ü",
            "a\nb",
            "--",
            "@x",
            "--data=/no"
        };
        for (int round = 0; round < 500; round++) {
            final String[] args = new String[1 + random.nextInt(4)];
            args[0] = random.nextInt(10) == 0 ? "demon" : "demo";
            for (int i = 1; i < args.length; i++) {
                args[i] = words[random.nextInt(words.length)];
            }
            args[args.length - 1] = "--nonsense"; // so that no run starts
            err.getBuffer().setLength(0);

            final int exitCode = commandLine.execute(args);

            assertThat(exitCode).as("seed %d: %s", seed, String.join(" ", args)).isEqualTo(ExitCode.BAD_INPUT);
            assertThat(err.toString().lines())
                    .as("seed %d: %s", seed, String.join(" ", args))
                    .hasSize(1);
        }
    }
}
