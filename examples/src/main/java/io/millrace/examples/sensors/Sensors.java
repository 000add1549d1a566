package io.millrace.examples.sensors;

import io.millrace.log.*;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.keyed.*;
import io.millrace.streams.*;
import java.nio.file.Files;
import java.time.Duration;

/** Reports sensors that fall silent, with state and timers, and readings that jump, through a side output. */
final class Sensors {
    record Reading(long sensor, double celsius) {}

    static final Codec<Reading> READING = Codecs.records(Reading.class);
    static final SideOutput<String> JUMPS = SideOutput.of("jumps", Codecs.string());
    static final long SILENCE_NS = Duration.ofSeconds(30).toNanos();

    static Topology topology() {
        final Topology topology = Topology.named("sensors");
        final ProcessedStream<Long, String> silent = topology.stream("readings", READING)
                .keyByLong("by-sensor", Reading::sensor)
                .process("watch", Watch::new, Codecs.string());
        silent.peek(System.out::println).to("silent");
        silent.sideOutput(JUMPS).peek(System.out::println).to("jumps");
        return topology;
    }

    /** Each task has one; what it knows of a sensor is in its cells, not in fields. */
    static final class Watch implements Processor<Long, Reading, String> {
        private ValueState<Double> last;
        private ValueState<Long> alarm;

        @Override
        public void init(final ProcessorSetup setup) {
            last = setup.valueState("last", Codecs.float64());
            alarm = setup.valueState("alarm", Codecs.int64());
        }

        @Override
        public void process(final Reading reading, final ProcessorContext<Long, String> context) {
            if (Math.abs(reading.celsius() - last.valueOr(reading.celsius())) > 10) {
                context.sideOutput(JUMPS, context.key() + " jumped from " + last.value() + " to " + reading.celsius());
            }
            if (alarm.isSet()) {
                context.cancelEventTimer(alarm.value());
            }
            last.set(reading.celsius());
            alarm.set(context.eventTimeNs() + SILENCE_NS);
            context.scheduleEventTimer(alarm.value());
        }

        @Override
        public void onEventTimer(final long timeNs, final ProcessorContext<Long, String> context) {
            if (!context.isEndOfInput()) {
                context.forward(context.key() + " is silent, its last reading was " + last.value());
            }
            last.clear();
            alarm.clear();
        }
    }

    public static void main(final String[] args) throws Exception {
        final LogContext log = new LogContext().directory(Files.createTempDirectory("sensors"));
        try (LogStore store = LogStore.launch(log.segmentLength(1 << 20))) {
            final TopicAppender<Reading> readings = TopicAppender.open(store, "readings", READING);
            for (int second = 0; second <= 60; second += 10) {
                final long timeNs = Duration.ofSeconds(second).toNanos();
                readings.append(timeNs, new Reading(1, second == 40 ? 35.5 : 20.5));
                if (second < 20) {
                    readings.append(timeNs, new Reading(2, 18));
                }
            }
            readings.end();

            try (Job job = Job.start(store, topology())) {
                job.awaitCompletion(Duration.ofSeconds(30));
            }
        }
    }
}
