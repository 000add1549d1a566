package io.millrace.perf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the script {@code millrace} in a small tree of its own, with a JDK and a Maven that only say what they were asked for,
 * so that nothing is built or installed. Its {@code PATH} holds the few programs that every machine has.
 */
@EnabledOnOs({OS.LINUX, OS.MAC})
final class ScriptTest {
    private static final String JOB_FLAG = "-XX:InlineSmallCode=25000";
    private static final List<String> TOOLS = List.of(
            "awk",
            "bash",
            "cat",
            "cksum",
            "dirname",
            "env",
            "find",
            "flock",
            "grep",
            "head",
            "mkdir",
            "readlink",
            "sed",
            "sleep",
            "sort",
            "tail",
            "touch",
            "xargs");

    private record Result(int status, String out, String err) {}

    @TempDir
    private Path directory;

    private Path tree;
    private Path bin;
    private Path maven;
    private Path source;

    @BeforeEach
    void givenATreeWithOneModule() throws IOException {
        tree = Files.createDirectories(directory.resolve("a tree"));
        bin = Files.createDirectories(directory.resolve("bin"));
        source = Files.createDirectories(tree.resolve("node/src/main/java")).resolve("A.java");
        for (final String tool : TOOLS) {
            final Path program = programOnPath(tool);
            if (program != null) {
                Files.writeString(bin.resolve(tool), "#!" + programOnPath("bash") + "\nexec " + program + " \"$@\"\n");
                Files.setPosixFilePermissions(bin.resolve(tool), PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
        Files.copy(Repository.root().resolve("millrace"), tree.resolve("millrace"));
        Files.setPosixFilePermissions(tree.resolve("millrace"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(tree.resolve("pom.xml"), "<project/>");
        Files.writeString(tree.resolve("node/pom.xml"), "<project/>");
        Files.writeString(source, "class A {}");
        maven = directory.resolve("maven.calls");
    }

    @Test
    void shouldSayInOneLineWhatToInstallWithoutJdkAndMaven() throws Exception {
        final Result result = run(Map.of(), tree.resolve("millrace"), "demo");

        assertThat(result.status()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err().lines()).hasSize(1);
        assertThat(result.err()).contains("JDK 17 or newer", "Maven 3.6.3 or newer");
    }

    @Test
    void shouldSayInOneLineThatJavaHomeIsBrokenAndNothingElseIsThere() throws Exception {
        final Result result = run(Map.of("JAVA_HOME", "/nowhere"), tree.resolve("millrace"), "demo");

        assertThat(result.err().lines()).hasSize(1);
        assertThat(result.err()).contains("JDK 17 or newer", "JAVA_HOME=/nowhere holds no JDK");
    }

    @Test
    void shouldNameThePackagesThatThisMachineHas() throws Exception {
        final String script = Files.readString(tree.resolve("millrace"));
        Files.writeString(tree.resolve("millrace"), script.replace("\"$EUID\" = 0", "\"$EUID\" = -1")); // not as root
        program(bin.resolve("apt-get"), "exit 1");

        assertThat(adviceWhereAptKnows("openjdk-17-jdk-headless")).contains("install openjdk-17-jdk-headless maven\",");
        assertThat(adviceWhereAptKnows("default-jdk-headless")).contains("install default-jdk-headless maven\",");
        assertThat(adviceWhereAptKnows("nothing"))
                .contains("install openjdk-17-jdk-headless maven\" (default-jdk-headless where there is no");
    }

    private String adviceWhereAptKnows(final String known) throws Exception {
        program(bin.resolve("apt-cache"), "[ \"$2\" = " + known + " ]");
        final Result result = run(Map.of(), tree.resolve("millrace"), "demo");
        assertThat(result.err().lines()).hasSize(1);
        return result.err();
    }

    @Test
    void shouldSayInOneLineWhatToInstallWithoutMaven() throws Exception {
        givenJdk("jdk", "17.0.1", 0);

        final Result result = run(Map.of(), tree.resolve("millrace"), "demo");

        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err().lines()).hasSize(1);
        assertThat(result.err()).contains("needs Maven 3.6.3 or newer").doesNotContain("needs a JDK");
    }

    @Test
    void shouldRefuseAMavenThatIsTooOld() throws Exception {
        givenJdk("jdk", "17.0.1", 0);
        givenMaven("3.6.1", 0);

        final Result result = run(Map.of(), tree.resolve("millrace"), "demo");

        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).contains("needs Maven 3.6.3 or newer");
    }

    @Test
    void shouldSayWhyItPassesOverJavaHome() throws Exception {
        final Path old = givenJdk("old", "11.0.2", 0);
        final Path good = givenJdk("zulu", "21", 0);
        givenMaven("3.8.7", 0);

        final Result tooOld = run(Map.of("JAVA_HOME", old.toString()), tree.resolve("millrace"), "demo");
        final Result broken = run(Map.of("JAVA_HOME", "/nowhere"), tree.resolve("millrace"), "demo");

        assertThat(tooOld.err()).contains("JAVA_HOME=" + old + " holds Java 11", "older than 17", "using " + good);
        assertThat(tooOld.out()).contains("zulu " + JOB_FLAG + " -jar");
        assertThat(broken.err()).contains("JAVA_HOME=/nowhere holds no JDK", "using " + good);
        assertThat(broken.out()).contains("zulu " + JOB_FLAG + " -jar");
    }

    @Test
    void shouldBuildOnFirstUseAndWhenAContentChanged() throws Exception {
        givenJdk("jdk", "25", 0);
        givenMaven("3.8.7", 0);

        final Result first = run(Map.of(), tree.resolve("millrace"), "demo");
        final Result second = run(Map.of(), tree.resolve("millrace"), "demo");
        Files.writeString(source, "class A { }");
        final Result changed = run(Map.of(), tree.resolve("millrace"), "demo");

        assertThat(first.err()).contains("building for the first time", "built in");
        assertThat(second.err()).isEmpty();
        assertThat(changed.err()).contains("the sources have changed");
        assertThat(Files.readAllLines(maven)).hasSize(2).allMatch(call -> call.contains("-pl node -am"));
        assertThat(List.of(first.out(), second.out(), changed.out()))
                .allMatch(out -> out.startsWith("jdk " + JOB_FLAG + " -jar "));
    }

    @Test
    void shouldHandOnArgumentsWorkingDirectoryAndStatusThroughALink() throws Exception {
        givenJdk("jdk", "17", 7);
        givenMaven("3.9.9", 0);
        final Path link = Files.createSymbolicLink(directory.resolve("m"), tree.resolve("millrace"));

        final Result result = run(Map.of(), link, "demo", "--data", "my file.csv");

        assertThat(result.status()).isEqualTo(7);
        assertThat(result.out())
                .contains("-jar " + tree.toRealPath().resolve("node/target/millrace.jar") + " demo --data my file.csv")
                .contains("in " + directory.toRealPath());
    }

    @Test
    void shouldRunASourceFileAgainstTheJar() throws Exception {
        givenJdk("jdk", "17", 0);
        givenMaven("3.9.9", 0);
        Files.writeString(directory.resolve("Job.java"), "class Job {}");

        final Result job = run(Map.of(), tree.resolve("millrace"), "run", "Job.java", "x");
        final Result missing = run(Map.of(), tree.resolve("millrace"), "run", "None.java");
        final Result nothing = run(Map.of(), tree.resolve("millrace"), "run");

        assertThat(job.out())
                .contains("--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED", "millrace.jar Job.java x");
        assertThat(missing.err().lines()).hasSize(1).allMatch(line -> line.contains("cannot read None.java"));
        assertThat(nothing.err().lines()).hasSize(1).allMatch(line -> line.contains("FILE.java"));
        assertThat(List.of(missing.status(), nothing.status())).containsOnly(2);
    }

    @Test
    void shouldBuildAndRunTheMeasurementsApartFromTheProgram() throws Exception {
        givenJdk("jdk", "17", 0);
        givenMaven("3.9.9", 0);
        final Path measurement =
                Files.createDirectories(tree.resolve("perf/src/main/java")).resolve("M.java");
        Files.writeString(tree.resolve("perf/pom.xml"), "<project/>");
        Files.writeString(measurement, "class M {}");

        final Result program = run(Map.of(), tree.resolve("millrace"), "demo");
        final Result first = run(Map.of(), tree.resolve("millrace"), "perf", "log", "--quick");
        final Result second = run(Map.of(), tree.resolve("millrace"), "perf", "guard", "--record");
        Files.writeString(measurement, "class M { }");
        final Result changed = run(Map.of(), tree.resolve("millrace"), "perf", "log");
        final Result unchanged = run(Map.of(), tree.resolve("millrace"), "demo");

        assertThat(first.out()).contains("perf/target/benchmarks.jar io.millrace.perf.compare.PerfCommand log --quick");
        assertThat(second.out())
                .contains("perf/target/benchmarks.jar io.millrace.perf.compare.PerfCommand guard --record");
        assertThat(List.of(first.err(), changed.err())).allMatch(line -> line.contains("built in"));
        assertThat(List.of(second.err(), unchanged.err())).containsOnly("");
        assertThat(program.out()).contains("millrace.jar demo");
        assertThat(Files.readAllLines(maven)).hasSize(3);
        assertThat(Files.readAllLines(maven).subList(1, 3)).allMatch(call -> call.contains("-pl perf -am"));
    }

    @Test
    void shouldBuildTheMeasurementsAgainWhenAnExampleThatTheyHoldHasChanged() throws Exception {
        givenJdk("jdk", "17", 0);
        givenMaven("3.9.9", 0);
        Files.createDirectories(tree.resolve("perf/src/main/java"));
        Files.writeString(tree.resolve("perf/pom.xml"), "<project/>");
        final Path example =
                Files.createDirectories(tree.resolve("examples/src/main/java")).resolve("E.java");
        Files.writeString(example, "class E {}");

        final Result program = run(Map.of(), tree.resolve("millrace"), "demo");
        final Result first = run(Map.of(), tree.resolve("millrace"), "perf", "guard", "--quick");
        Files.writeString(example, "class E { }");
        final Result changed = run(Map.of(), tree.resolve("millrace"), "perf", "guard", "--quick");
        final Result unchanged = run(Map.of(), tree.resolve("millrace"), "demo");

        assertThat(first.out()).contains("io.millrace.perf.compare.PerfCommand guard --quick");
        assertThat(List.of(program.err(), first.err(), changed.err())).allMatch(line -> line.contains("built in"));
        assertThat(unchanged.err()).isEmpty();
    }

    @Test
    void shouldBuildAndRunTheTortureApartFromTheProgram() throws Exception {
        givenJdk("jdk", "17", 1);
        givenMaven("3.9.9", 0);
        final Path harness =
                Files.createDirectories(tree.resolve("torture/src/main/java")).resolve("T.java");
        Files.writeString(tree.resolve("torture/pom.xml"), "<project/>");
        Files.writeString(harness, "class T {}");

        final Result program = run(Map.of(), tree.resolve("millrace"), "demo");
        final Result first = run(Map.of(), tree.resolve("millrace"), "torture", "--seconds", "60");
        final Result second = run(Map.of(), tree.resolve("millrace"), "torture");
        Files.writeString(harness, "class T { }");
        final Result changed = run(Map.of(), tree.resolve("millrace"), "torture");
        final Result unchanged = run(Map.of(), tree.resolve("millrace"), "demo");

        assertThat(first.out()).contains("-jar " + tree.toRealPath().resolve("torture/target/torture.jar"));
        assertThat(first.out()).contains("torture.jar --seconds 60");
        assertThat(first.status()).isEqualTo(1);
        assertThat(List.of(first.err(), changed.err())).allMatch(line -> line.contains("built in"));
        assertThat(List.of(second.err(), unchanged.err())).containsOnly("");
        assertThat(program.out()).contains("millrace.jar demo");
        assertThat(Files.readAllLines(maven)).hasSize(3);
        assertThat(Files.readAllLines(maven).subList(1, 3)).allMatch(call -> call.contains("-pl torture -am"));
    }

    @Test
    void shouldBuildAndRunTheExamplesApartFromTheProgram() throws Exception {
        givenJdk("jdk", "17", 1);
        givenMaven("3.9.9", 0);
        final Path source =
                Files.createDirectories(tree.resolve("examples/src/main/java")).resolve("T.java");
        Files.writeString(tree.resolve("examples/pom.xml"), "<project/>");
        Files.writeString(source, "class T {}");

        final Result program = run(Map.of(), tree.resolve("millrace"), "demo");
        final Result first = run(Map.of(), tree.resolve("millrace"), "example", "nbbo");
        final Result second = run(Map.of(), tree.resolve("millrace"), "example");
        final Result nexmark = run(Map.of(), tree.resolve("millrace"), "nexmark", "--query", "5");
        Files.writeString(source, "class T { }");
        final Result changed = run(Map.of(), tree.resolve("millrace"), "example");
        final Result unchanged = run(Map.of(), tree.resolve("millrace"), "demo");

        assertThat(first.out()).contains("-jar " + tree.toRealPath().resolve("examples/target/examples.jar"));
        assertThat(first.out()).contains("examples.jar nbbo");
        assertThat(nexmark.out()).contains("examples.jar io.millrace.examples.nexmark.NexmarkCommand --query 5");
        assertThat(nexmark.err()).isEmpty();
        assertThat(first.status()).isEqualTo(1);
        assertThat(List.of(first.err(), changed.err())).allMatch(line -> line.contains("built in"));
        assertThat(List.of(second.err(), unchanged.err())).containsOnly("");
        assertThat(program.out()).contains("millrace.jar demo");
        assertThat(Files.readAllLines(maven)).hasSize(3);
        assertThat(Files.readAllLines(maven).subList(1, 3)).allMatch(call -> call.contains("-pl examples -am"));
    }

    @Test
    void shouldShowTheErrorsOfABuildThatFailsOnceAndNothingElse() throws Exception {
        givenJdk("jdk", "17", 0);
        givenMaven("3.9.9", 1);

        final Result result = run(Map.of(), tree.resolve("millrace"), "demo");

        assertThat(result.status()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        final List<String> lines = result.err().lines().toList();
        assertThat(lines.get(0)).contains("building for the first time");
        assertThat(lines.get(1)).contains("the build failed", "millrace-build.log");
        assertThat(lines.subList(2, lines.size()))
                .containsExactly("A.java:[1,2] cannot find symbol", "symbol: class B", "C.java:[3,4] ';' expected");
    }

    @Test
    void shouldShowWhyALibraryIsMissing() throws Exception {
        givenJdk("jdk", "17", 0);
        givenMaven("3.9.9", 1);
        Files.writeString(directory.resolve("errors"), """
                [ERROR] Failed to execute goal on project log: Could not resolve dependencies: Unknown host -> [Help 1]
                [ERROR]\s
                [ERROR] Re-run Maven using the -X switch to enable full debug logging.
                """);

        final Result result = run(Map.of(), tree.resolve("millrace"), "demo");

        assertThat(result.err().lines().skip(2))
                .containsExactly("Failed to execute goal on project log: Could not resolve dependencies: Unknown host");
    }

    @Test
    void shouldSayInOneLineThatItCannotWriteItsLock() throws Exception {
        givenJdk("jdk", "17", 0);
        givenMaven("3.9.9", 0);
        Files.createDirectories(tree.resolve("target/millrace.lock"));

        final Result noLock = run(Map.of(), tree.resolve("millrace"), "demo");
        Files.delete(tree.resolve("target/millrace.lock"));
        Files.delete(tree.resolve("target"));
        Files.writeString(tree.resolve("target"), "");
        final Result noDirectory = run(Map.of(), tree.resolve("millrace"), "demo");

        assertThat(List.of(noLock, noDirectory)).allSatisfy(result -> {
            assertThat(result.status()).isEqualTo(1);
            assertThat(result.err().lines()).hasSize(1);
            assertThat(result.err()).startsWith("millrace: cannot write to ").contains("target");
        });
    }

    @Test
    void shouldShowTheHelpOfItsOwnCommands() throws Exception {
        givenJdk("jdk", "17", 0);
        givenMaven("3.9.9", 0);

        assertThat(run(Map.of(), tree.resolve("millrace"), "run", "--help").out())
                .contains("millrace.jar run --help");
        assertThat(run(Map.of(), tree.resolve("millrace"), "test", "-h").out()).contains("millrace.jar test --help");
    }

    @Test
    void shouldRunAllTestsAndHandOnTheStatus() throws Exception {
        givenJdk("jdk", "17", 0);
        givenMaven("3.9.9", 3);

        final Result result = run(Map.of(), tree.resolve("millrace"), "test", "-pl", "log");

        assertThat(result.status()).isEqualTo(3);
        assertThat(Files.readAllLines(maven)).containsExactly("-B -ntp verify -pl log");
    }

    @Test
    void shouldInstallWhatIsMissingAsRoot() throws Exception {
        final Path jdk = givenJdk("jdk", "17", 0);
        givenMaven("3.8.7", 0);
        final Path shelf = Files.createDirectories(directory.resolve("shelf"));
        Files.move(jdk, shelf.resolve("jdk"));
        Files.move(bin.resolve("mvn"), shelf.resolve("mvn"));
        final String script = Files.readString(tree.resolve("millrace"));
        Files.writeString(tree.resolve("millrace"), script.replace("\"$EUID\" = 0", "0 = 0")); // as root
        program(bin.resolve("apt-cache"), "exit 0");
        program(bin.resolve("apt-get"), """
                case "$*" in *" update") exit 0 ;; *" openjdk-17-jdk-headless maven") ;; *) exit 1 ;; esac
                PATH=/usr/bin:/bin
                mv "%s/jdk" "%s" && mv "%s/mvn" "%s"
                """.formatted(shelf, jdk, shelf, bin));

        final Result result = run(Map.of(), tree.resolve("millrace"), "demo");

        assertThat(result.err()).contains("installing jdk maven with apt-get", "built in");
        assertThat(result.out()).startsWith("jdk " + JOB_FLAG + " -jar ");
    }

    @Test
    void shouldBuildOnceWhenTwoStartTogether() throws Exception {
        givenJdk("jdk", "17", 0);
        givenMaven("3.8.7", 0);

        final Process other = start(Map.of(), "other", tree.resolve("millrace"), "demo");
        final Result result = run(Map.of(), tree.resolve("millrace"), "demo");

        assertThat(result.status()).isZero();
        assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(other.exitValue()).isZero();
        assertThat(Files.readAllLines(maven)).hasSize(1);
    }

    /** A JDK whose java prints what it was asked for and ends with the given status. */
    private Path givenJdk(final String name, final String version, final int status) throws IOException {
        final Path home = Files.createDirectories(directory.resolve("jvm").resolve(name));
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        program(home.resolve("bin/javac"), "exit 0");
        program(home.resolve("bin/java"), "echo \"" + name + " $* in $PWD\"; exit " + status);
        return home;
    }

    /** A Maven that writes down its calls and leaves a jar behind, or an error where it fails. */
    private void givenMaven(final String version, final int status) throws IOException {
        program(bin.resolve("mvn"), """
                if [ "$1" = --version ]; then echo "Apache Maven %s (x)"; exit 0; fi
                echo "$*" >> "%s"
                if [ %d != 0 ]; then cat "%s"; exit %d; fi
                mkdir -p "%s/node/target" && touch "%s/node/target/millrace.jar"
                mkdir -p "%s/perf/target" && touch "%s/perf/target/benchmarks.jar"
                mkdir -p "%s/torture/target" && touch "%s/torture/target/torture.jar"
                mkdir -p "%s/examples/target" && touch "%s/examples/target/examples.jar"
                """.formatted(
                        version,
                        maven,
                        status,
                        directory.resolve("errors"),
                        status,
                        tree,
                        tree,
                        tree,
                        tree,
                        tree,
                        tree,
                        tree,
                        tree));
        Files.writeString(directory.resolve("errors"), """
                [ERROR] COMPILATION ERROR :\s
                [ERROR] A.java:[1,2] cannot find symbol
                  symbol: class B
                [ERROR] C.java:[3,4] ';' expected
                [ERROR] Failed to execute goal org.apache:compiler:3 (default-compile) on project log: Compilation failure: Compilation failure:\s
                [ERROR] A.java:[1,2] cannot find symbol
                [ERROR]   symbol: class B
                [ERROR] C.java:[3,4] ';' expected
                [ERROR] -> [Help 1]
                [ERROR]\s
                [ERROR] To see the full stack trace of the errors, re-run Maven with the -e switch.
                [ERROR] For more information about the errors and possible solutions, please read the following articles:
                [ERROR] [Help 1] http://cwiki.apache.org/confluence/display/MAVEN/MojoFailureException
                [ERROR]\s
                [ERROR] After correcting the problems, you can resume the build with the command
                [ERROR]   mvn <args> -rf :log
                """);
    }

    private static void program(final Path path, final String body) throws IOException {
        Files.writeString(path, "#!/usr/bin/env bash\n" + body + "\n");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Path programOnPath(final String name) {
        for (final String place : System.getenv("PATH").split(":")) {
            final Path program = Path.of(place, name);
            if (Files.isExecutable(program)) {
                return program;
            }
        }
        return null;
    }

    private Result run(final Map<String, String> environment, final Path script, final String... arguments)
            throws IOException, InterruptedException {
        final Process process = start(environment, "std", script, arguments);
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the script did not end within 60 s: " + List.of(arguments));
        }
        return new Result(
                process.exitValue(),
                Files.readString(directory.resolve("std.out")),
                Files.readString(directory.resolve("std.err")));
    }

    private Process start(
            final Map<String, String> environment, final String name, final Path script, final String... arguments)
            throws IOException {
        final List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        final ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(directory.resolve(name + ".out").toFile())
                .redirectError(directory.resolve(name + ".err").toFile());
        builder.environment().clear();
        builder.environment().put("PATH", bin.toString());
        builder.environment().put("MILLRACE_JVM_DIR", directory.resolve("jvm").toString());
        builder.environment().putAll(environment);
        return builder.start();
    }
}
