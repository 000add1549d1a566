package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogContext;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.log.segment.SegmentDescriptor;
import io.millrace.operators.keyed.Processor;
import io.millrace.operators.keyed.ProcessorContext;
import io.millrace.operators.keyed.ProcessorSetup;
import io.millrace.operators.keyed.ValueState;
import io.millrace.operators.window.Windowed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.CloseHelper;
import org.agrona.concurrent.UnsafeBuffer;

/** A store with a clock of its own and a topic "in", in which a test looks for positions and kills jobs. */
final class TravelLog implements AutoCloseable {
    /** Topologies of every kind, by their number. */
    static final int TOPOLOGIES = 5;

    static final long CLOCK_NS = 1_000_000_000_000L;
    private static final int WORDS = 5;
    private static final int DAMAGE_STEP = 90;
    private static final long DISORDER_NS = 40;
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    final AtomicLong clock = new AtomicLong(CLOCK_NS);
    final int partitions;
    private final Path directory;
    private int lives;
    LogStore store;

    TravelLog(final Path directory, final int partitions) {
        this.directory = directory;
        this.partitions = partitions;
        store = launch();
        store.createTopic(TopicSpec.named("in").partitions(partitions));
    }

    private LogStore launch() {
        return LogStore.launch(new LogContext()
                .directory(home())
                .segmentLength(StoreFixture.SEGMENT_LENGTH)
                .clock(clock::get));
    }

    private Path home() {
        return directory.resolve("life-" + lives);
    }

    /** Leaves a store as a killed process would leave it, and opens that. What was open is closed afterwards. */
    void kill(final AutoCloseable... open) throws IOException {
        final Path left = home();
        lives++;
        StoreImages.copy(left, home());
        CloseHelper.closeAll(open);
        store.close();
        StoreImages.delete(left);
        store = launch();
    }

    /** Changes bytes all over some topics while nobody has them open. */
    void damage(final String... topics) throws IOException {
        final Map<Path, Long> tails = new TreeMap<>();
        for (final String topic : topics) {
            for (int i = 0; i < store.topic(topic).partitionCount(); i++) {
                final Path partition = home().resolve("topics").resolve(topic).resolve(Integer.toString(i));
                tails.put(
                        partition.resolve(String.format("%020d.seg", 0)),
                        store.topic(topic).partition(i).tailPosition());
            }
        }
        store.close();
        for (final Map.Entry<Path, Long> each : tails.entrySet()) {
            assertThat(each.getValue()).as("one segment").isLessThan(StoreFixture.SEGMENT_LENGTH);
            final byte[] bytes = Files.readAllBytes(each.getKey());
            for (int at = SegmentDescriptor.HEADER_LENGTH + DAMAGE_STEP / 2; at < each.getValue(); at += DAMAGE_STEP) {
                bytes[at] ^= 0x55;
            }
            Files.write(each.getKey(), bytes);
        }
        store = launch();
    }

    /** Words with numbers, some of them out of order. */
    static List<Event> events(final SplittableRandom random, final int count, final int partitions) {
        final List<Event> events = new ArrayList<>();
        long timeNs = CLOCK_NS;
        for (int i = 0; i < count; i++) {
            timeNs += random.nextInt(12) == 0 ? random.nextInt(200) : random.nextInt(6);
            final String text = "w" + random.nextInt(WORDS) + " " + random.nextInt(100);
            events.add(new Event(random.nextInt(partitions), timeNs - random.nextLong(DISORDER_NS), text));
        }
        return events;
    }

    /** Appends it, a nanosecond after the one before; gives where it lies. */
    long append(final Event event) {
        return append(event, clock.incrementAndGet());
    }

    long append(final Event event, final long logTimeNs) {
        clock.set(logTimeNs);
        return append(event.partition, RecordKind.DATA, event.timeNs, event.text);
    }

    /** Ends the input, at the log time of what was appended last. */
    void end() {
        for (int i = 0; i < partitions; i++) {
            append(i, RecordKind.WATERMARK, Long.MAX_VALUE, "");
        }
    }

    void tickIn(final String topic, final int partition) {
        append(topic, partition, RecordKind.TICK, 0, "");
    }

    private long append(final int partition, final byte kind, final long timeNs, final String text) {
        return append("in", partition, kind, timeNs, text);
    }

    private long append(
            final String topic, final int partition, final byte kind, final long timeNs, final String text) {
        final UnsafeBuffer value = new UnsafeBuffer(text.getBytes(StandardCharsets.UTF_8));
        long position;
        do {
            position = store.topic(topic)
                    .partition(partition)
                    .appender()
                    .append(kind, timeNs, null, 0, 0, value, 0, value.capacity());
        } while (position == Outcome.BACK_PRESSURED);
        assertThat(position).as("outcome of an append").isPositive();
        return position;
    }

    /** Where the partitions end now. */
    long[] tails() {
        final long[] tails = new long[partitions];
        for (int i = 0; i < partitions; i++) {
            tails[i] = store.topic("in").partition(i).tailPosition();
        }
        return tails;
    }

    /** Partition, kind, time, key and value of each record; of data alone, or of all that is there. */
    List<String> records(final String topic) {
        final List<String> records = new ArrayList<>();
        for (int i = 0; i < store.topic(topic).partitionCount(); i++) {
            final int partition = i;
            try (LogReader reader = store.topic(topic).partition(i).reader()) {
                while (reader.poll(record -> records.add(partition + " " + describe(record)), 1_000) > 0) {
                    // Read on to the end.
                }
            }
        }
        return records;
    }

    private static String describe(final RecordFlyweight record) {
        return record.kind() + " " + record.eventTimeNs() + " "
                + record.buffer().getStringWithoutLengthUtf8(record.keyOffset(), record.keyLength()) + " = "
                + StoreFixture.value(record);
    }

    JobTasks open(final Topology topology, final JobContext context) {
        return JobTasks.open(store, topology, context);
    }

    /** Runs a job until it has nothing left to do. */
    void run(final Topology topology, final JobContext context) {
        try (JobTasks tasks = open(topology, context)) {
            finish(tasks);
        }
    }

    static void finish(final JobTasks tasks) {
        final long deadline = System.nanoTime() + DEADLINE.toNanos();
        do {
            tasks.doWork();
            assertThat(System.nanoTime()).as("job ends in time").isLessThan(deadline);
        } while (!tasks.isComplete());
    }

    /** Reads what there is. */
    static void work(final JobTasks tasks) {
        for (int quiet = 0; quiet < 3; quiet++) {
            if (tasks.doWork() > 0) {
                quiet = 0;
            }
        }
    }

    /** Checkpoints when they are asked for. */
    static JobContext context() {
        return new JobContext().checkpointInterval(Duration.ofDays(10_000)).onSkipped(record -> {});
    }

    static Topology topology(final int kind, final String job) {
        final Topology topology = Topology.named(job);
        final Stream<String> words =
                topology.stream("in", Codecs.string()).outOfOrderness(Duration.ofNanos(DISORDER_NS));
        switch (kind) {
            case 0 ->
                words.filter(text -> !text.endsWith("7"))
                        .map(text -> "<" + text + ">", Codecs.string())
                        .to("out");
            case 1 ->
                windows(words, Windows.tumbling(Duration.ofNanos(50)))
                        .map(TravelLog::describe, Codecs.string())
                        .to("out");
            case 2 ->
                windows(words, Windows.session(Duration.ofNanos(30)))
                        .map(TravelLog::describe, Codecs.string())
                        .to("out");
            case 3 ->
                words.keyBy("by-word", Codecs.string(), TravelLog::word)
                        .process("timed", Timed::new, Codecs.string())
                        .to("out");
            default ->
                windows(words, Windows.tumbling(Duration.ofNanos(50)))
                        .map(TravelLog::describe, Codecs.string())
                        .keyBy("by-word-again", Codecs.string(), TravelLog::word)
                        .count("windows")
                        .toChanges()
                        .map(change -> change.key() + " " + change.value(), Codecs.string())
                        .to("out");
        }
        return topology;
    }

    private static Stream<Windowed<String, Long>> windows(final Stream<String> words, final Windows windows) {
        return words.keyBy("by-word", Codecs.string(), TravelLog::word)
                .window("counted", windows)
                .count();
    }

    private static String describe(final Windowed<String, Long> window) {
        return window.key() + " " + window.startNs() + " " + window.endNs() + " " + window.value();
    }

    private static String word(final String text) {
        return text.substring(0, text.indexOf(' '));
    }

    @Override
    public void close() throws IOException {
        store.close();
        StoreImages.delete(home());
    }

    /** A text in a partition. */
    record Event(int partition, long timeNs, String text) {}

    /**
     * Says of each value, when it is a while ago by event time, how many more there were of its key at its time or before. What
     * it says does not depend on the order in which partitions are read.
     */
    private static final class Timed implements Processor<String, String, String> {
        private static final long WHILE_NS = 60;
        private ValueState<String> times;

        @Override
        public void init(final ProcessorSetup setup) {
            times = setup.valueState("times", Codecs.string());
        }

        @Override
        public void process(final String text, final ProcessorContext<String, String> context) {
            times.set(times.valueOr("") + context.eventTimeNs() + " ");
            context.scheduleEventTimer(context.eventTimeNs() + WHILE_NS);
        }

        @Override
        public void onEventTimer(final long timeNs, final ProcessorContext<String, String> context) {
            long count = 0;
            for (final String time : times.value().split(" ")) {
                count += Long.parseLong(time) <= timeNs - WHILE_NS ? 1 : 0;
            }
            context.forward(context.key() + " " + count + " until " + timeNs);
        }
    }
}
