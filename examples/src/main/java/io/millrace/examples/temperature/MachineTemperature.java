package io.millrace.examples.temperature;

import io.millrace.examples.data.DataFile;
import io.millrace.examples.data.LabelledWindow;
import io.millrace.examples.data.Reading;
import io.millrace.examples.run.Example;
import io.millrace.examples.run.ExampleRun;
import io.millrace.streams.Codecs;
import io.millrace.streams.TopicAppender;
import io.millrace.streams.Topology;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * Watches the temperature of a machine and raises an alert where it is unusual ({@link Detector} says what that is). People have
 * marked where the machine was really about to fail, so the run can tell what was found, what was missed and what was false.
 *
 * <p>The constants of the detector were chosen with these marks in sight. Take the result as a picture of how a detector is
 * written and judged, not as a measure of how good it would be on another machine.
 */
public final class MachineTemperature implements Example {
    /** Creates the example. */
    public MachineTemperature() {}

    static Topology topology() {
        final Topology topology = Topology.named("machine-temperature");
        topology.stream("readings", Reading.CODEC)
                .keyed(Codecs.string())
                .process("detector", Detector::new, Alert.CODEC)
                .to("alerts");
        return topology;
    }

    @Override
    public void run(final ExampleRun run) throws Exception {
        final DataFile file = run.files("machine_temperature.csv.gz").get(0);
        final TopicAppender<Reading> readings = run.source("readings", Reading.CODEC);
        file.forEachLine(line -> {
            if (!Reading.isHeader(line)) {
                final Reading reading = Reading.parse(line);
                readings.append(reading.timeNs(), Codecs.string(), "machine", reading);
            }
        });
        final long count = run.finish(topology()).recordsIn();

        final List<Alert> alerts = run.results("alerts", Alert.CODEC);
        final List<LabelledWindow> windows = LabelledWindow.of(file);
        for (final LabelledWindow window : windows) {
            final String found = alerts.stream()
                    .filter(alert -> window.contains(alert.timeNs()))
                    .findFirst()
                    .map(MachineTemperature::text)
                    .orElse("missed");
            run.print("%s to %s  %s", window.start(), window.end(), found);
        }
        final List<Alert> others = alerts.stream()
                .filter(alert -> windows.stream().noneMatch(window -> window.contains(alert.timeNs())))
                .toList();
        others.forEach(alert -> run.print("outside of every window: %s", text(alert)));
        final long found = windows.stream()
                .filter(window -> alerts.stream().anyMatch(alert -> window.contains(alert.timeNs())))
                .count();
        run.print(
                "%d readings, %d alerts: %d of %d labelled windows found, %d missed, %d false alarms",
                count, alerts.size(), found, windows.size(), windows.size() - found, others.size());
    }

    private static String text(final Alert alert) {
        return String.format(
                Locale.ROOT,
                "alert at %s, %.1f is %.1f deviations from %.1f",
                Instant.ofEpochSecond(0, alert.timeNs()),
                alert.level(),
                alert.deviations(),
                alert.usual());
    }
}
