package io.millrace.stress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs jcstress over the protocols of the log, for as long as the build wants, in a process of its own. */
class ProtocolStressTest {
    /** Few states at a time: each has a mapped file. */
    private static final String STRIDE = "8";

    private static final Path RESULTS = Path.of(System.getProperty("millrace.jcstress.results", "target/jcstress"));

    private Path workspace;
    private Process process;

    @BeforeEach
    void createWorkspace() throws IOException {
        Files.createDirectories(RESULTS);
        workspace = Workspace.newDirectory("run");
    }

    @AfterEach
    void removeWorkspace() throws IOException, InterruptedException {
        if (process != null) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        Workspace.delete(workspace);
    }

    @Test
    void shouldSeeNoForbiddenResultInAnyProtocol() throws Exception {
        final String output = run("io\\.millrace\\.stress\\.[A-Z].*", setting("time"), setting("iterations"));

        assertThat(process.exitValue()).as(output).isZero();
        for (final String test : tests()) {
            assertThat(output).contains("[OK] " + test);
        }
    }

    @Test
    void shouldCatchACommitThatComesBeforeThePayload() throws Exception {
        final String output = run("io\\.millrace\\.stress\\.control\\..*", "100", "1");

        assertThat(process.exitValue()).as(output).isNotZero();
        assertThat(output).contains("LengthFirstStressTest").contains("Forbidden");
    }

    /** The names of all tests that should run, from the classes there are. */
    private static List<String> tests() throws Exception {
        final Path classes = Path.of(Workspace.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        final String suffix = "StressTest.class";
        try (Stream<Path> files = Files.list(classes.resolve("io/millrace/stress"))) {
            final List<String> names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(suffix))
                    .map(name -> "io.millrace.stress." + name.replace(".class", ""))
                    .toList();
            assertThat(names).isNotEmpty();
            return names;
        }
    }

    private static String setting(final String name) {
        return System.getProperty("millrace.jcstress." + name, name.equals("time") ? "200" : "2");
    }

    private String run(final String tests, final String timeMs, final String iterations) throws Exception {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-cp");
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add("org.openjdk.jcstress.Main");
        // One mode of compilation and one fork for each test, so that the time goes into racing.
        command.addAll(List.of("-t", tests, "-time", timeMs, "-iters", iterations, "-f", "1", "-sc", "false"));
        command.addAll(List.of("-strideSize", STRIDE, "-strideCount", STRIDE, "-c", "2"));
        command.addAll(List.of(
                "-jvmArgs", "-Xmx256m -Dslf4j.internal.verbosity=ERROR -Dmillrace.stress.directory=" + workspace));
        command.addAll(List.of("-r", RESULTS.toString(), "-v"));
        final Path output = RESULTS.resolve("output.txt");
        process = new ProcessBuilder(command)
                .directory(RESULTS.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.waitFor();
        return Files.readString(output);
    }
}
