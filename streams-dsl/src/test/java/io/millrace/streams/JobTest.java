package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.log.Durability;
import io.millrace.log.KeyHash;
import io.millrace.log.LogContext;
import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.ProducerAppender;
import io.millrace.log.TopicSpec;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.operators.task.SkippedRecord;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final int SEGMENT_LENGTH = 1 << 16;
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    @TempDir
    Path directory;

    @Test
    void shouldCountWordsInWindows() throws Exception {
        try (LogStore store = store("store");
                Input input = new Input(store, 1)) {
            input.word("a", 0);
            input.word("b", SECOND / 2);
            input.word("a", SECOND - 1);
            input.word("a", SECOND);
            input.end();

            run(store, counting());

            assertThat(read(store, "counts")).containsExactly("a 0 2", "b 0 1", "a 1 1");
        }
    }

    @Test
    void shouldEmitAWindowAsSoonAsTheWatermarkPassesItWithoutWaitingForTheEnd() throws Exception {
        try (LogStore store = store("store");
                Input input = new Input(store, 2);
                Job job = Job.start(store, counting())) {
            input.word("a", 0);
            input.word("b", SECOND / 2);
            input.watermark(2 * SECOND);

            awaitRecords(store, "counts", 2);

            assertThat(job.isComplete()).isFalse();
            assertThat(read(store, "counts")).containsExactlyInAnyOrder("a 0 1", "b 0 1");
        }
    }

    @Test
    void shouldOpenNoSocketInAProcessThatHoldsItsOwnStore() throws Exception {
        assumeTrue(Files.isDirectory(DESCRIPTORS), "this system does not show what a process has open");
        final Set<String> before = sockets();
        try (LogStore store = store("store");
                Input input = new Input(store, 2);
                Job job = Job.start(store, counting())) {
            input.word("a", 0);
            input.watermark(2 * SECOND);
            awaitRecords(store, "counts", 1);

            assertThat(sockets()).isSubsetOf(before);
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                assertThat(socket.isBound()).isTrue();
                assertThat(sockets())
                        .as("a socket would be seen")
                        .satisfies(now -> assertThat(before.containsAll(now)).isFalse());
            }
            assertThat(job.isComplete()).isFalse();
        }
    }

    private static Set<String> sockets() throws IOException {
        final Set<String> sockets = new TreeSet<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
            for (final Path descriptor : descriptors) {
                final String target = target(descriptor);
                if (target.startsWith("socket:")) {
                    sockets.add(target);
                }
            }
        }
        return sockets;
    }

    private static String target(final Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (final IOException ex) {
            // Closed since it was listed.
            return "";
        }
    }

    @Test
    void shouldTellTheStoreWhatItsResultsAreMadeFrom() throws Exception {
        try (LogStore store = store("store");
                Input input = new Input(store, 1)) {
            input.end();
            run(store, counting());

            final String source = "words";
            assertThatThrownBy(() -> store.derives("counts", source))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("a topic cannot be made from itself");
        }
    }

    @Test
    void shouldLetAnExchangeSurviveWhatItsResultsSurvive() throws Exception {
        try (LogStore store = store("store");
                Input input = new Input(store, 2)) {
            store.createTopic(TopicSpec.named("counts").durability(Durability.POWER));
            input.end();
            run(store, counting());

            assertThat(store.topics())
                    .filteredOn(topic -> topic.spec().isInternal())
                    .isNotEmpty()
                    .allMatch(topic -> topic.spec().durability() == Durability.POWER);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldEqualAPlainLoopOverTheInputOnAnyNumberOfPartitions(final int partitions) throws Exception {
        for (long seed = 1; seed <= 3; seed++) {
            try (LogStore store = store("store-" + seed);
                    Input input = new Input(store, partitions)) {
                final Map<String, Long> expected = randomInput(input, seed);

                final JobCounters counters = run(store, counting());

                assertThat(read(store, "counts"))
                        .as("seed %d", seed)
                        .containsExactlyInAnyOrderElementsOf(lines(expected));
                assertThat(counters.lateRecords()).as("seed %d", seed).isZero();
                assertThat(counters.recordsIn())
                        .as("seed %d", seed)
                        .isEqualTo(expected.values().stream()
                                .mapToLong(Long::longValue)
                                .sum());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldNeitherLoseNorDoubleAResultHoweverOftenItIsStopped(final int partitions) throws Exception {
        final long seed = 42;
        final SplittableRandom random = new SplittableRandom(seed);
        try (LogStore store = store("store");
                Input input = new Input(store, partitions)) {
            final Map<String, Long> expected = randomInput(input, seed);
            for (int run = 0; run < 10; run++) {
                try (Job job = Job.start(store, counting(), withoutCheckpoints())) {
                    awaitProgress(job, random.nextInt(2_000));
                }
            }

            final JobCounters counters = run(store, counting(), withoutCheckpoints());

            assertThat(read(store, "counts")).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(lines(expected));
            assertThat(counters.replayedOutputs()).isPositive();
        }
    }

    @Test
    void shouldProduceTheSameBytesWhetherOrNotItWasStoppedAndItsStoreReopened() throws Exception {
        final List<String> uninterrupted;
        try (LogStore store = store("one");
                Input input = new Input(store, 1)) {
            randomInput(input, 5);
            run(store, counting());
            uninterrupted = readBytes(store, "counts");
        }
        try (LogStore store = store("two");
                Input input = new Input(store, 1)) {
            randomInput(input, 5);
            try (Job job = Job.start(store, counting())) {
                awaitProgress(job, 3_000);
            }
        }
        try (LogStore store = store("two")) {
            run(store, counting());

            assertThat(readBytes(store, "counts")).containsExactlyElementsOf(uninterrupted);
        }
    }

    @Test
    void shouldWriteLateRecordsToTheirTopicAsTheyCame() throws Exception {
        try (LogStore store = store("store");
                Input input = new Input(store, 1)) {
            input.word("a", 0);
            input.word("a", 10 * SECOND);
            input.word("tardy", 1);
            input.end();

            final JobCounters counters = run(store, counting());

            assertThat(counters.lateRecords()).isEqualTo(1);
            assertThat(read(store, "words.late")).containsExactly("tardy");
            assertThat(read(store, "counts")).containsExactly("a 0 1", "a 10 1");
        }
    }

    @Test
    void shouldSkipACountedAndReportedRecordAndKeepItsNeighbours() throws Exception {
        final ConcurrentLinkedQueue<SkippedRecord> skipped = new ConcurrentLinkedQueue<>();
        try (LogStore store = store("store");
                Input input = new Input(store, 1)) {
            input.word("a", 0);
            final long position = input.word("boom", 1);
            input.word("a", 2);
            input.end();
            final Topology topology = counting().onError(ErrorPolicy.SKIP);

            final JobCounters counters = run(store, topology, new JobContext().onSkipped(skipped::add));

            assertThat(read(store, "counts")).containsExactly("a 0 2");
            assertThat(counters.skippedRecords()).isEqualTo(1);
            assertThat(skipped)
                    .singleElement()
                    .hasToString("record skipped: job=words topic=words partition=0 position=" + position
                            + " operator=filter-1: java.lang.IllegalStateException: boom");
        }
    }

    // Each of these fails when the output is appended, in one run before and in the next after its successor is there.
    @ParameterizedTest
    @ValueSource(strings = {"long", "unwritable", "unmeasurable"})
    void shouldRepeatTheSameOutputsWhenARecordCannotBeAppended(final String kind) throws Exception {
        try (LogStore store = store("store");
                Input input = new Input(store, 1)) {
            input.word("one", 0);
            input.word(kind, 1);
            input.word("two", 2);
            input.end();
            for (int run = 0; run < 3; run++) {
                final Topology topology = Topology.named("fragile").onError(ErrorPolicy.SKIP);
                topology.stream("words", Codecs.string())
                        .map(word -> word.equals("long") ? "x".repeat(SEGMENT_LENGTH) : word, new FragileCodec())
                        .to("copies");

                final JobCounters counters = run(store, topology, new JobContext().onSkipped(record -> {}));

                assertThat(read(store, "copies")).as("run %d", run).containsExactly("one", "two");
                assertThat(counters.skippedRecords()).as("run %d", run).isEqualTo(1);
            }
        }
    }

    @Test
    void shouldReportAnErrorThatIsNoRuntimeException() throws Exception {
        try (LogStore store = store("store");
                Input input = new Input(store, 1)) {
            input.word("a", 0);
            input.end();
            final Topology topology = Topology.named("sneaky");
            topology.stream("words", Codecs.string())
                    .filter(word -> JobTest.<RuntimeException>sneak(new java.io.IOException("on purpose")))
                    .to("copies");

            assertThatThrownBy(() -> run(store, topology))
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining("operator=filter-1: java.io.IOException: on purpose");
        }
    }

    @SuppressWarnings("unchecked") // The compiler is to believe that the exception is unchecked.
    private static <E extends Exception> boolean sneak(final Exception e) throws E {
        throw (E) e;
    }

    @Test
    void shouldStopAtARecordThatItCannotProcessAndSayWhere() throws Exception {
        try (LogStore store = store("store");
                Input input = new Input(store, 1)) {
            input.word("a", 0);
            final long position = input.word("boom", 1);
            input.end();

            assertThatThrownBy(() -> run(store, counting()))
                    .isInstanceOfSatisfying(
                            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USER_FUNCTION))
                    .hasMessageContaining("topic=words partition=0 position=" + position + " operator=filter-1")
                    .hasMessageContaining("boom");
        }
    }

    @Test
    void shouldNameTheTopicsThatExistWhenASourceDoesNot() {
        try (LogStore store = store("store")) {
            assertThatThrownBy(() -> Job.start(store, counting()))
                    .isInstanceOfSatisfying(
                            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC))
                    .hasMessageContaining("words");
        }
    }

    @Test
    void shouldHandEachValueToAllBranches() throws Exception {
        try (LogStore store = store("store");
                Input input = new Input(store, 1)) {
            final Topology topology = Topology.named("branches");
            final Stream<String> words = topology.stream("words", Codecs.string());
            words.filter(word -> word.startsWith("a")).to("only-a");
            words.to("all");
            input.word("apple", 0);
            input.word("pear", 1);
            input.end();

            run(store, topology);

            assertThat(read(store, "only-a")).containsExactly("apple");
            assertThat(read(store, "all")).containsExactly("apple", "pear");
        }
    }

    @Test
    void shouldCloseAWindowOverWindowsAtTheEndOfInput() throws Exception {
        try (LogStore store = store("store");
                Input input = new Input(store, 2)) {
            final Topology topology = Topology.named("two-levels");
            topology.stream("words", Codecs.string())
                    .keyBy("by-word", Codecs.string(), word -> word)
                    .window("per-second", Windows.tumbling(Duration.ofSeconds(1)))
                    .count()
                    .map(counted -> counted.key() + "=" + counted.value(), Codecs.string())
                    .keyBy("by-count", Codecs.string(), text -> text)
                    .window("per-minute", Windows.tumbling(Duration.ofMinutes(1)))
                    .count()
                    .map(counted -> counted.key() + " x" + counted.value(), Codecs.string())
                    .to("seconds-per-minute");
            for (int second = 0; second < 5; second++) {
                input.word("a", second * SECOND);
                input.word("a", second * SECOND + 1);
                input.word("b", second * SECOND + 2);
            }
            input.end();

            run(store, topology);

            assertThat(read(store, "seconds-per-minute")).containsExactlyInAnyOrder("a=2 x5", "b=1 x5");
        }
    }

    private static Topology counting() {
        final Topology topology = Topology.named("words");
        topology.stream("words", Codecs.string())
                .outOfOrderness(Duration.ofSeconds(2))
                .filter(JobTest::isFine)
                .keyBy("by-word", Codecs.string(), word -> word)
                .window("per-second", Windows.tumbling(Duration.ofSeconds(1)))
                .late(late -> late.to("words.late"))
                .count()
                .map(count -> count.key() + " " + count.startNs() / SECOND + " " + count.value(), Codecs.string())
                .to("counts");
        return topology;
    }

    private static boolean isFine(final String word) {
        if (word.equals("boom")) {
            throw new IllegalStateException(word);
        }
        return true;
    }

    // Event times run forward with up to two seconds of disorder, which is what the job allows for.
    private static Map<String, Long> randomInput(final Input input, final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final Map<String, Long> expected = new TreeMap<>();
        for (int i = 0; i < 5_000; i++) {
            final String word = "w" + random.nextInt(50);
            final long eventTimeNs = i * (SECOND / 100) + random.nextLong(2 * SECOND);
            input.word(word, eventTimeNs);
            expected.merge(word + " " + eventTimeNs / SECOND, 1L, Long::sum);
        }
        input.end();
        return expected;
    }

    private static List<String> lines(final Map<String, Long> counts) {
        return counts.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .toList();
    }

    private LogStore store(final String name) {
        return LogStore.launch(
                new LogContext().directory(directory.resolve(name)).segmentLength(SEGMENT_LENGTH));
    }

    private static JobCounters run(final LogStore store, final Topology topology) throws InterruptedException {
        return run(store, topology, new JobContext());
    }

    private static JobCounters run(final LogStore store, final Topology topology, final JobContext context)
            throws InterruptedException {
        try (Job job = Job.start(store, topology, context)) {
            assertThat(job.awaitCompletion(DEADLINE)).as("job ends in time").isTrue();
            return job.counters();
        }
    }

    private static JobContext withoutCheckpoints() {
        return new JobContext().checkpointInterval(Duration.ZERO);
    }

    private static void awaitProgress(final Job job, final int recordsIn) {
        await("job reads " + recordsIn, () -> job.counters().recordsIn() >= recordsIn);
    }

    private static void awaitRecords(final LogStore store, final String topic, final int count) {
        await(count + " records in " + topic, () -> read(store, topic).size() >= count);
    }

    private static void await(final String what, final java.util.function.BooleanSupplier condition) {
        final long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static List<String> read(final LogStore store, final String topic) {
        final List<String> values = new ArrayList<>();
        for (int i = 0; i < store.topic(topic).partitionCount(); i++) {
            try (LogReader reader = store.topic(topic).partition(i).reader()) {
                while (reader.poll(
                                record -> {
                                    if (record.kind() == RecordKind.DATA) {
                                        values.add(record.buffer()
                                                .getStringWithoutLengthUtf8(
                                                        record.valueOffset(), record.valueLength()));
                                    }
                                },
                                1_000)
                        > 0) {
                    // Read on to the end.
                }
            }
        }
        return values;
    }

    // All that a run decides: everything but the log time, which is given at append.
    private static List<String> readBytes(final LogStore store, final String topic) {
        final List<String> records = new ArrayList<>();
        try (LogReader reader = store.topic(topic).partition(0).reader()) {
            while (reader.poll(
                            record -> {
                                final byte[] payload = new byte[record.keyLength() + record.valueLength()];
                                record.buffer().getBytes(record.keyOffset(), payload);
                                records.add(record.position() + " " + record.kind() + " " + record.eventTimeNs() + " "
                                        + record.producerId() + " " + record.sequence() + " " + record.keyLength() + " "
                                        + java.util.HexFormat.of().formatHex(payload));
                            },
                            1_000)
                    > 0) {
                // Read on to the end.
            }
        }
        records.sort(Comparator.comparingLong(line -> Long.parseLong(line.substring(0, line.indexOf(' ')))));
        return records;
    }

    /** Writes strings, but fails for two of them. */
    private static final class FragileCodec implements Codec<String> {
        private final Codec<String> strings = Codecs.string();

        @Override
        public Codec<String> forTask() {
            return this;
        }

        @Override
        public String decode(final DirectBuffer buffer, final int offset, final int length) {
            return strings.decode(buffer, offset, length);
        }

        @Override
        public int encodedLength(final String value) {
            if (value.equals("unmeasurable")) {
                throw new IllegalStateException(value);
            }
            return strings.encodedLength(value);
        }

        @Override
        public void encode(final String value, final MutableDirectBuffer buffer, final int offset) {
            if (value.equals("unwritable")) {
                throw new IllegalStateException(value);
            }
            strings.encode(value, buffer, offset);
        }

        @Override
        public String describe() {
            return "fragile";
        }
    }

    /** Appends words to the topic that the jobs read, keyed by the word. */
    private static final class Input implements AutoCloseable {
        private final List<ProducerAppender> partitions = new ArrayList<>();
        private final long[] sequences;

        Input(final LogStore store, final int partitionCount) {
            final int producerId = store.producerId("input");
            store.createTopic(TopicSpec.named("words").partitions(partitionCount));
            for (int i = 0; i < partitionCount; i++) {
                final LogPartition partition = store.topic("words").partition(i);
                partitions.add(partition.producer(producerId));
            }
            sequences = new long[partitionCount];
        }

        long word(final String word, final long eventTimeNs) {
            final UnsafeBuffer bytes = new UnsafeBuffer(word.getBytes(StandardCharsets.UTF_8));
            final int partition = KeyHash.partition(bytes, 0, bytes.capacity(), partitions.size());
            return append(partition, RecordKind.DATA, eventTimeNs, bytes);
        }

        void watermark(final long watermarkNs) {
            for (int i = 0; i < partitions.size(); i++) {
                append(i, RecordKind.WATERMARK, watermarkNs, new UnsafeBuffer(new byte[0]));
            }
        }

        void end() {
            watermark(Long.MAX_VALUE);
        }

        private long append(final int partition, final byte kind, final long timeNs, final UnsafeBuffer bytes) {
            final int length = bytes.capacity();
            long position;
            do {
                position = partitions
                        .get(partition)
                        .append(sequences[partition], kind, timeNs, bytes, 0, length, bytes, 0, length);
            } while (position == Outcome.BACK_PRESSURED);
            assertThat(position).as("outcome of an append").isPositive();
            sequences[partition]++;
            return position;
        }

        @Override
        public void close() {
            partitions.forEach(ProducerAppender::close);
        }
    }
}
