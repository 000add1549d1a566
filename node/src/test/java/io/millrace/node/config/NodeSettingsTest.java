package io.millrace.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.Durability;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeSettingsTest {
    private static final Path REFERENCE = Path.of("..", "docs", "settings.md");

    @TempDir
    private Path directory;

    @Test
    void shouldStartWithDefaultsThatNeedNothing() {
        final NodeSettings settings = NodeSettings.resolve(List.of());

        assertThat(settings.value(NodeSettings.ADDRESS)).isEqualTo("127.0.0.1");
        assertThat(settings.value(NodeSettings.HTTP_PORT)).isEqualTo(-1);
        assertThat(settings.value(NodeSettings.AERON_DIRECTORY)).isNull();
        assertThat(settings.value(NodeSettings.SEGMENT_LENGTH)).isEqualTo(128 << 20);
        assertThat(settings.value(NodeSettings.TOPIC_DURABILITY)).isEqualTo(Durability.POWER);
        assertThat(settings.origin(NodeSettings.PORT)).isEqualTo("default");
    }

    @Test
    void shouldPreferOptionToEnvironmentToFileToDefault() throws Exception {
        final Path file = directory.resolve("node.conf");
        Files.writeString(
                file, "# mine\n\nport = 1001\nmax.sessions=11\n  session.timeout = 2m\nprofile = low-latency\n");
        final SettingSource environment = SettingSource.environment(
                Map.of("MILLRACE_PORT", "1002", "MILLRACE_MAX_SESSIONS", "12", "PATH", "/bin"));
        final SettingSource options = options("port", "1003");

        final NodeSettings settings = NodeSettings.resolve(List.of(SettingSource.file(file), environment, options));

        assertThat(settings.value(NodeSettings.PORT)).isEqualTo(1003);
        assertThat(settings.origin(NodeSettings.PORT)).isEqualTo("option --set");
        assertThat(settings.value(NodeSettings.MAX_SESSIONS)).isEqualTo(12);
        assertThat(settings.origin(NodeSettings.MAX_SESSIONS)).isEqualTo("MILLRACE_MAX_SESSIONS");
        assertThat(settings.value(NodeSettings.SESSION_TIMEOUT)).isEqualTo(120_000_000_000L);
        assertThat(settings.origin(NodeSettings.SESSION_TIMEOUT)).isEqualTo(file + " line 5");
        assertThat(settings.value(NodeSettings.PROFILE)).isEqualTo(Profile.LOW_LATENCY);
        assertThat(settings.value(NodeSettings.STREAM)).isEqualTo(7101);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max.sessions|abc|a whole number from 1 to 4096",
                "max.sessions|0|a whole number from 1 to 4096",
                "max.sessions|4097|a whole number from 1 to 4096",
                "max.sessions|9999999999|a whole number from 1 to 4096",
                "port|65536|a port from 1 to 65535, or 0 for any free one",
                "port|tcp|a port from 1 to 65535, or 0 for any free one",
                "http.port|on|off, or a port from 1 to 65535, or 0 for any free one",
                "session.timeout|30|a time from 1s to 1h, such as 30s",
                "session.timeout|0.5s|a time from 1s to 1h, such as 30s",
                "session.timeout|30 parsecs|a time from 1s to 1h, such as 30s",
                "segment.length|3MiB|a power of two from 64KiB to 1GiB",
                "segment.length|32KiB|a power of two from 64KiB to 1GiB",
                "segment.length|1MB|a power of two from 64KiB to 1GiB",
                "max.record|1.5 bytes|a size from 64 bytes to 16MiB",
                "profile|fast|low-latency, balanced, frugal",
                "address|127.0.0.1:7100|a host name or an address, without a port",
            })
    void shouldRefuseAValueInOneLineThatSaysWhatIsAllowed(final String name, final String text, final String allowed) {
        assertThatThrownBy(() -> NodeSettings.resolve(List.of(options(name, text))))
                .isInstanceOfSatisfying(
                        MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.CONFIGURATION))
                .hasMessage("setting " + name + "='" + text + "' (option --set) must be " + allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "segment.length, 65536",
        "segment.length, 64KiB",
        "segment.length, 0.5 gib",
        "session.timeout, 1500ms",
        "session.timeout, 1.5s",
        "max.record, 1024",
        "address, ::1",
        "idle, SPIN",
        "http.port, 0",
    })
    void shouldTakeUnitsAsPeopleWriteThem(final String name, final String text) {
        assertThatCode(() -> NodeSettings.resolve(List.of(options(name, text)))).doesNotThrowAnyException();
    }

    @Test
    void shouldNameTheNearestSettingWhenOneIsUnknown() {
        assertThatThrownBy(() -> NodeSettings.resolve(List.of(options("max.sesions", "5"))))
                .hasMessage("unknown setting max.sesions (option --set); did you mean max.sessions?");
        assertThatThrownBy(() ->
                        NodeSettings.resolve(List.of(SettingSource.environment(Map.of("MILLRACE_MAXSESSIONS", "5")))))
                .hasMessage("unknown setting maxsessions (MILLRACE_MAXSESSIONS); did you mean max.sessions?");
        assertThatThrownBy(() -> NodeSettings.resolve(List.of(options("colour\nof", "red"))))
                .hasMessageStartingWith("unknown setting colour\\nof (option --set); there are: dir, address, port");
    }

    @Test
    void shouldReportEveryProblemAtOnceEvenOneThatIsOverridden() {
        final SettingSource environment = SettingSource.environment(Map.of("MILLRACE_PORT", "x"));

        assertThatThrownBy(() ->
                        NodeSettings.resolve(List.of(environment, options("port", "1003"), options("idle", "never"))))
                .hasMessage("setting port='x' (MILLRACE_PORT) must be a port from 1 to 65535, or 0 for any free one;"
                        + " setting idle='never' (option --set) must be profile, spin, yield, backoff, sleep");
    }

    @Test
    void shouldRefuseAnAddressThatOthersReachWithoutKeys() {
        for (final String address : List.of("0.0.0.0", "::", "10.1.2.3", "node.example")) {
            assertThatThrownBy(() -> NodeSettings.resolve(List.of(options("address", address))))
                    .hasMessageContaining("address='" + address + "' (option --set) lets other machines in")
                    .hasMessageContaining("set `keys` too");
        }
        for (final String address : List.of("127.0.0.1", "127.8.0.1", "localhost", "::1")) {
            assertThatCode(() -> NodeSettings.resolve(List.of(options("address", address))))
                    .doesNotThrowAnyException();
        }
        assertThatCode(() -> NodeSettings.resolve(List.of(options("address", "0.0.0.0"), options("keys", "keys.txt"))))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> NodeSettings.resolve(List.of(options("acl", "acl.txt"))))
                .hasMessageContaining("needs `keys`");
    }

    @Test
    void shouldRefuseAFileThatItCannotUnderstand() throws Exception {
        final Path file = directory.resolve("node.conf");

        assertThatThrownBy(() -> SettingSource.file(file)).hasMessage("cannot read " + file + ": no such file");

        Files.writeString(file, "port = 7100\nlisten everywhere\n");
        assertThatThrownBy(() -> SettingSource.file(file))
                .hasMessage(file + " line 2 is not `name = value`: listen everywhere");

        Files.writeString(file, "port = 7100\nport = 7200\n");
        assertThatThrownBy(() -> SettingSource.file(file)).hasMessage(file + " sets port twice, in lines 1 and 2");

        Files.write(file, new byte[] {'p', '=', (byte) 0xff});
        assertThatThrownBy(() -> SettingSource.file(file))
                .hasMessage("cannot read " + file + ": it is not a text in UTF-8");
    }

    @Test
    void shouldLeaveAloneWhatOthersPutIntoTheEnvironment() {
        assertThat(SettingSource.environment(Map.of(
                                "MILLRACE_NODE", "run/store",
                                "MILLRACE_JVM_DIR", "/usr/lib/jvm",
                                "MILLRACE_SERVICE_HOST", "10.0.0.1",
                                "MILLRACE_SERVICE_PORT_HTTP", "80",
                                "MILLRACE_PORT", "tcp://10.0.0.1:7100",
                                "MILLRACE_PORT_7100_TCP_ADDR", "10.0.0.1",
                                "HOME", "/root"))
                        .entries())
                .isEmpty();
    }

    @Test
    void shouldHaveTheReferencePageSayTheSame() throws Exception {
        final List<String> page = Files.readAllLines(REFERENCE);

        assertThat(page.stream().filter(line -> line.startsWith("| `") || line.startsWith("| name | default")))
                .as(
                        "the table of docs/settings.md; it should be:%n%s",
                        String.join("\n", NodeSettings.referenceTable()))
                .containsExactlyElementsOf(NodeSettings.referenceTable().stream()
                        .filter(line -> !line.startsWith("|---"))
                        .toList());
    }

    private static SettingSource options(final String name, final String text) {
        return new SettingSource(List.of(SettingSource.option(name, text, "--set")));
    }
}
