package io.millrace.examples.deadletter;

import io.millrace.examples.data.DataFile;
import io.millrace.examples.run.Example;
import io.millrace.examples.run.ExampleRun;
import io.millrace.log.LogTopic;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.streams.Codecs;
import io.millrace.streams.DeadLetterTopic;
import io.millrace.streams.JobContext;
import io.millrace.streams.LetterSelection;
import io.millrace.streams.RedriveResult;
import io.millrace.streams.SourcePositions;
import io.millrace.streams.TopicAppender;
import io.millrace.streams.Topology;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * Sums lines and bytes of the answers of a web server by their status. The first version of the job does not know that a server writes
 * "-" for no bytes: such lines go to a topic of dead letters while the others are counted. The second version knows, gets the
 * dead letters sent back, and begins where the first one ended, so that nothing is counted twice.
 */
public final class DeadLetters implements Example {
    record Traffic(String status, long lines, long bytes) {
        Traffic plus(final Traffic other) {
            return new Traffic(status, lines + other.lines, bytes + other.bytes);
        }
    }

    static final Codec<Traffic> TRAFFIC = Codecs.records(Traffic.class);
    static final int STATUS = 0;
    static final int BYTES = 1;

    /** Creates the example. */
    public DeadLetters() {}

    static Topology topology(final String version, final ToLongFunction<String> bytes) {
        final Topology topology = Topology.named("traffic-" + version);
        topology.stream("lines", Codecs.string())
                .map(line -> new Traffic(field(line, STATUS), 1, bytes.applyAsLong(field(line, BYTES))), TRAFFIC)
                .onError(ErrorPolicy.deadLetter("lines.dead"))
                .keyBy("by-status", Codecs.string(), Traffic::status)
                .reduce("traffic", TRAFFIC, Traffic::plus)
                .toChanges()
                .map(change -> change.value(), TRAFFIC)
                .to("traffic-" + version);
        return topology;
    }

    /** A field behind the request, which stands in quotes. */
    private static String field(final String line, final int index) {
        return line.split("\"")[2].strip().split(" ")[index];
    }

    @Override
    public void run(final ExampleRun run) throws Exception {
        final TopicAppender<String> lines = run.source("lines", Codecs.string());
        long line = 0;
        for (final DataFile file : run.files("access.log.gz")) {
            for (final String text : file.lines()) {
                lines.append(++line, text);
            }
        }

        run.complete(topology("v1", Long::parseLong), new JobContext().toEnd().onSkipped(record -> {}));
        final long first = print(run, "traffic-v1");
        final DeadLetterTopic dead = DeadLetterTopic.open(run.store(), "lines.dead");
        dead.forEach(
                new LetterSelection(LetterSelection.ALL_PARTITIONS, 0, 1),
                (partition, position, letter) ->
                        run.print("dead letter of position %d: %s", letter.position(), letter.reason()));

        final LogTopic topic = run.store().topic("lines");
        final long[] ends = IntStream.range(0, topic.partitionCount())
                .mapToLong(i -> topic.partition(i).tailPosition())
                .toArray();
        final RedriveResult redriven = dead.redrive(LetterSelection.ALL, false);
        run.complete(
                topology("v2", bytes -> "-".equals(bytes) ? 0 : Long.parseLong(bytes)),
                new JobContext().from(SourcePositions.of("lines", ends)).toEnd());
        final long second = print(run, "traffic-v2");
        run.print(
                "%d lines: %d counted by the first version, %d dead letters sent back, %d counted by the second version",
                line, first, redriven.redriven(), second);
    }

    /** Prints the last change of each status, which holds its sums, and returns how many lines they are made of. */
    private static long print(final ExampleRun run, final String topic) {
        final Map<String, Traffic> last = new TreeMap<>();
        run.results(topic, TRAFFIC)
                .forEach(now -> last.merge(now.status(), now, (a, b) -> a.lines() > b.lines() ? a : b));
        last.values()
                .forEach(sum -> run.print(
                        "%s  status %s  %5d lines  %,14d bytes", topic, sum.status(), sum.lines(), sum.bytes()));
        return last.values().stream().mapToLong(Traffic::lines).sum();
    }
}
