package io.millrace.examples.sensors;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.examples.Printed;
import io.millrace.examples.sensors.Sensors.Reading;
import io.millrace.streams.Codecs;
import io.millrace.testkit.MillraceTest;
import io.millrace.testkit.TestDrivers;
import io.millrace.testkit.TestInput;
import io.millrace.testkit.TestOutput;
import io.millrace.testkit.TopologyTestDriver;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Tests the topology under a clock that the test moves, and the program as it is. */
@MillraceTest
class SensorsTest {
    @Test
    void shouldReportASensorThatIsSilentForHalfAMinute(final TestDrivers drivers) {
        final TopologyTestDriver driver =
                drivers.of(Sensors.topology()).partitions("readings", 2).start();
        final TestInput<Reading> readings = driver.input("readings", Sensors.READING);
        final TestOutput<String> silent = driver.output("silent", Codecs.string());

        readings.pipe(new Reading(7, 20.0));
        driver.advanceTime(Duration.ofSeconds(20));
        readings.pipe(new Reading(7, 20.5));
        driver.advanceTime(Duration.ofSeconds(29)); // no input any more: time goes on without it
        assertThat(silent.readValues()).isEmpty();
        driver.advanceTime(Duration.ofSeconds(6)); // and is sure of it 5 s later, see SourceStream.idleAfter

        assertThat(silent.readValues()).containsExactly("7 is silent, its last reading was 20.5");
        driver.replayTwice();
    }

    @Test
    void shouldReportAJumpAlsoAcrossACrash(final TestDrivers drivers) {
        final TopologyTestDriver driver = drivers.of(Sensors.topology()).start();
        final TestInput<Reading> readings = driver.input("readings", Sensors.READING);
        driver.crashAt(1);

        readings.pipe(new Reading(7, 20.0)).pipe(new Reading(8, 5.0)).pipe(new Reading(7, 30.5));

        assertThat(driver.output("jumps", Codecs.string()).readValues()).containsExactly("7 jumped from 20.0 to 30.5");
    }

    @Test
    void shouldPrintWhatItFinds() throws Exception {
        assertThat(Printed.by(() -> Sensors.main(new String[0])))
                .containsExactly(
                        "2 is silent, its last reading was 18.0",
                        "1 jumped from 20.5 to 35.5",
                        "1 jumped from 35.5 to 20.5");
    }
}
