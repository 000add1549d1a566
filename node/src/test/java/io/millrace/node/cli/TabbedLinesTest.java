package io.millrace.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.transport.codec.StartKind;
import io.millrace.transport.protocol.StartPoint;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;

final class TabbedLinesTest {
    @Test
    void shouldPrintColumnsOfEqualWidthAndKeepTheEmptyOnes() {
        final StringWriter out = new StringWriter();

        TabbedLines.print("GROUP\tMEMBERS\tTOPICS\nbilling\t2\torders\nb\t\tx\n", new PrintWriter(out));

        assertThat(out.toString().lines())
                .containsExactly("GROUP    MEMBERS  TOPICS", "billing  2        orders", "b                 x");
    }

    @Test
    void shouldReadWhereAGroupGoesOn() {
        final StartPointConverter converter = new StartPointConverter();

        assertThat(converter.convert("begin")).isEqualTo(StartPoint.BEGIN);
        assertThat(converter.convert("end")).isEqualTo(StartPoint.END);
        assertThat(converter.convert("4096")).isEqualTo(StartPoint.atPosition(4096));
        assertThat(converter.convert("1970-01-01T00:00:02Z"))
                .isEqualTo(new StartPoint(StartKind.LOG_TIME, 2_000_000_000L));
        assertThatThrownBy(() -> converter.convert("yesterday")).isInstanceOf(TypeConversionException.class);
    }
}
