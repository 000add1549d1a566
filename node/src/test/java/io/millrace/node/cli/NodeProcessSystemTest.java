package io.millrace.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code millrace node} as a process of its own. */
@EnabledOnOs(OS.LINUX)
class NodeProcessSystemTest {
    private static final int SIGTERM_EXIT = 143;

    @TempDir
    private Path directory;

    @Test
    void shouldServeUntilToldToStopAndStartAgain() throws Exception {
        final CommandRun command = new CommandRun();
        final String store = directory.resolve("store").toString();
        final Process first = start(store);
        try {
            assertThat(readyLine(first))
                    .matches("ready: 127\\.0\\.0\\.1:\\d+ stream=7101 dir=" + store + " pid=" + first.pid()
                            + " http=off started in [0-9.]+ s");
            assertThat(command.run("topic", "create", "kept", "--node", store)).isZero();

            assertThat(command.run("node", "--dir", store, "--port", "0")).isEqualTo(ExitCode.IN_USE);
            assertThat(command.err.toString().lines())
                    .singleElement()
                    .asString()
                    .contains("is owned by process " + first.pid());

            first.destroy();
            assertThat(first.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(first.exitValue()).isEqualTo(SIGTERM_EXIT);
        } finally {
            first.destroyForcibly();
        }
        assertThat(directory.resolve("store/node.properties")).doesNotExist();
        assertThat(command.run("stat", "--once", "--node", store)).isEqualTo(ExitCode.NOT_REACHED);
        assertThat(command.err.toString()).contains("process " + first.pid() + " was closed in order");
        assertThat(Files.readString(directory.resolve("err"))).isEmpty();

        assertThat(command.run("node", "--dir", store, "--port", "0", "--check"))
                .isZero();
        assertThat(command.out.toString()).startsWith("ready: ");
        assertThat(command.run("log", "describe", store)).isZero();
        assertThat(command.out.toString()).contains("kept");
    }

    @Test
    void shouldRefuseAWrongSettingInOneLine() {
        final CommandRun command = new CommandRun();

        assertThat(command.run("node", "--dir", directory.toString(), "--set", "max.sesions=5"))
                .isEqualTo(ExitCode.BAD_INPUT);
        assertThat(command.err)
                .hasToString("millrace node: unknown setting max.sesions (option --set); did you mean max.sessions?"
                        + System.lineSeparator());
        assertThat(command.run("node")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(command.err.toString()).contains("setting dir is not set");
        assertThat(command.run("node", "--dir", directory.toString(), "--address", "0.0.0.0"))
                .isEqualTo(ExitCode.BAD_INPUT);
        assertThat(command.err.toString().lines()).singleElement().asString().contains("lets other machines in");
        assertThat(command.run("node", "--print-settings", "--port", "7200")).isZero();
        assertThat(command.out.toString()).containsPattern("port +?= 7200 +# option --port");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void shouldLeaveNoStoreBehindWhenItCannotListen() throws Exception {
        final Path store = directory.resolve("store");
        final CommandRun command = new CommandRun();
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            final String port = String.valueOf(socket.getLocalPort());

            assertThat(command.run("node", "--dir", store.toString(), "--port", port))
                    .isEqualTo(ExitCode.NOT_REACHED);

            assertThat(command.err.toString().lines())
                    .singleElement()
                    .asString()
                    .contains("port is in use: 127.0.0.1:" + port + "/udp");
        }
        assertThat(store).doesNotExist();
    }

    private Process start(final String store) throws Exception {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        MillraceCommand.class.getName(),
                        "node",
                        "--dir",
                        store,
                        "--port",
                        "0"))
                .redirectError(directory.resolve("err").toFile())
                .start();
    }

    private static String readyLine(final Process process) throws Exception {
        final BufferedReader lines = process.inputReader();
        return lines.readLine();
    }
}
