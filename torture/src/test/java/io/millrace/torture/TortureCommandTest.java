package io.millrace.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class TortureCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine commandLine =
            TortureCommand.create().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

    @Test
    void shouldListOptionsAndExitCodes() {
        assertThat(commandLine.execute("--help")).isZero();

        assertThat(out.toString())
                .contains(
                        "--seconds",
                        "--kills",
                        "--seed",
                        "--topology",
                        "--mutant",
                        "--lives",
                        "--network",
                        "--troubles",
                        "--dir",
                        "--verbose")
                .contains("  0   ", "  1   ", "  2   ");
    }

    @ParameterizedTest
    @CsvSource({
        "--topology=pies, unknown topology: pies",
        "--mutant=cosmic-ray, unknown mutant: cosmic-ray",
        "--seconds=0, --seconds is 1 to",
        "--kills=-1, --kills is 1 or more",
        "--lives=1, --lives is 2 to",
        "--network=moon, unknown network: moon",
        "--troubles=0, --troubles is 1 to",
        "--dir=, --dir is empty",
        "--dir=pom.xml, --dir pom.xml is no directory",
        "--version, --version",
        "--seed=x, --seed",
        "--speed=1, --speed"
    })
    void shouldRefuseWrongUseInOneLine(final String option, final String message) {
        assertThat(commandLine.execute(option)).isEqualTo(2);

        assertThat(err.toString().lines()).hasSize(1).allMatch(line -> line.startsWith("millrace torture: "));
        assertThat(err.toString()).contains(message);
        assertThat(out.toString()).isEmpty();
    }
}
