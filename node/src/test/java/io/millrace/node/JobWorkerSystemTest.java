package io.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.millrace.log.LogContext;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.streams.Codecs;
import io.millrace.streams.Topology;
import io.millrace.streams.Windows;
import io.millrace.transport.ClientContext;
import io.millrace.transport.Publisher;
import io.millrace.worker.JobWorker;
import io.millrace.worker.JobWorkerContext;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One job, embedded in the node's process and as a worker: over UDP and IPC, killed, doubled, and with a node that is away. */
@Timeout(120)
class JobWorkerSystemTest {
    private static final String SEED_PROPERTY = "millrace.test.seed";
    private static final int KILLS = Integer.getInteger("millrace.worker.kills", 3);
    private static final int COUNT = 12_000;
    private static final String EMBEDDED = "embedded";
    private static final int SMALL = 64 * 1024;

    @TempDir
    private static Path nodeDirectory;

    private static Node node;

    @TempDir
    private Path directory;

    private final List<Process> children = new ArrayList<>();

    @BeforeAll
    static void runEmbedded() throws InterruptedException {
        node = Node.launch(NodeFixture.context(nodeDirectory));
        node.store()
                .createTopic(TopicSpec.named(NodeFixture.TOPIC).partitions(2).segmentLength(SMALL));
        try (Publisher publisher = NodeFixture.givenPublisher(node, "feed")) {
            CountingJob.publish(publisher, 0, COUNT);
            CountingJob.end(publisher);
        }
        CountingJob.runEmbedded(node.store(), EMBEDDED);
        assertThat(CountingJob.counts(node.store(), EMBEDDED)).hasSize(13);
    }

    @AfterAll
    static void closeNode() {
        node.close();
    }

    @AfterEach
    void killChildren() {
        children.forEach(Process::destroyForcibly);
    }

    @ParameterizedTest
    @ValueSource(strings = {"udp", "ipc"})
    void shouldMakeTheSameOutputsAsInTheNodesProcess(final String job) throws InterruptedException {
        final String channel = job.equals("ipc") ? "aeron:ipc" : node.ingressChannel();
        try (JobWorker worker = JobWorker.start(worker(reach(channel), job))) {
            assertThat(worker.awaitTermination(Duration.ofSeconds(30))).isTrue();

            assertThat(worker.isComplete()).isTrue();
            // With the ticks of those that were here before.
            assertThat(worker.counters().mirroredRecords()).isGreaterThanOrEqualTo(COUNT + 2);
            assertThat(worker.counters().acknowledgedRecords())
                    .isEqualTo(worker.counters().forwardedRecords())
                    .isPositive();
        }
        assertSameAsEmbedded(job);
        // Again in the same directory: there is nothing left to do.
        try (JobWorker worker = JobWorker.start(worker(reach(channel), job))) {
            assertThat(worker.awaitTermination(Duration.ofSeconds(30))).isTrue();
            assertThat(worker.counters().forwardedRecords()).isZero();
        }
        assertSameAsEmbedded(job);
    }

    @Test
    void shouldEndWhereItWasTold() throws InterruptedException {
        final JobWorkerContext context = worker(reach(node.ingressChannel()), "bounded");
        context.job(CountingJob.context("bounded").toEnd());

        try (JobWorker worker = JobWorker.start(context)) {
            assertThat(worker.awaitTermination(Duration.ofSeconds(30))).isTrue();
        }

        assertSameAsEmbedded("bounded");
    }

    @Test
    void shouldMakeEachOutputOnceWhateverInstantItIsKilledAt() throws Exception {
        final long seed = Long.getLong(SEED_PROPERTY, System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < KILLS; i++) {
            final Process child = start("killed", 8);
            assertThat(line(child)).isEqualTo("started");
            child.waitFor(random.nextInt(400), TimeUnit.MILLISECONDS);
            child.destroyForcibly().waitFor();
        }
        final Process last = start("killed", 1_000);
        assertThat(line(last)).isEqualTo("started");
        assertThat(line(last)).isEqualTo("complete");

        assertThat(last.waitFor()).isZero();
        try {
            assertSameAsEmbedded("killed");
        } catch (final AssertionError ex) {
            throw new AssertionError("repeat with -D" + SEED_PROPERTY + '=' + seed, ex);
        }
    }

    @Test
    void shouldEndTheWorkerThatWasTakenForDead() throws Exception {
        final Process zombie = start("zombie", 8);
        assertThat(line(zombie)).isEqualTo("started");
        signal(zombie, "STOP");
        final Path moved = directory.resolve("moved");
        copy(directory.resolve("zombie"), moved);

        try (JobWorker worker =
                JobWorker.start(CountingJob.worker(reach(node.ingressChannel()), moved, "zombie", () -> {}))) {
            signal(zombie, "CONT");
            assertThat(line(zombie))
                    .startsWith("FENCED another worker of job zombie was started later, and this one ends");
            assertThat(worker.awaitTermination(Duration.ofSeconds(30))).isTrue();
        }

        assertSameAsEmbedded("zombie");
    }

    @Test
    void shouldGoOnWhenTheNodeHasBeenAway() throws Exception {
        final Path home = directory.resolve("away");
        Node away = NodeFixture.givenNode(home);
        final int port = Integer.parseInt(
                away.ingressChannel().replaceAll("\\D+", " ").strip().replaceAll(".* ", ""));
        final Consumer<ClientContext<?>> reach = client ->
                client.aeronDirectoryName(node.aeronDirectoryName()).channel("aeron:udp?endpoint=127.0.0.1:" + port);
        try (Publisher publisher = NodeFixture.givenPublisher(away, "feed")) {
            CountingJob.publish(publisher, 0, 1_000);
        }
        try (JobWorker worker = JobWorker.start(worker(reach, "patient"))) {
            NodeFixture.await("some is there", () -> worker.counters().forwardedRecords() > 0);
            away.close();
            away = Node.launch(NodeFixture.context(home).port(port));
            try (Publisher publisher = NodeFixture.givenPublisher(away, "feed")) {
                publisher.resumeAt(0, publisher.lastSequence(0) + 1);
                publisher.resumeAt(1, publisher.lastSequence(1) + 1);
                CountingJob.publish(publisher, 1_000, 2_000);
                CountingJob.end(publisher);
            }
            assertThat(worker.awaitTermination(Duration.ofSeconds(30))).isTrue();
            assertThat(worker.counters().reconnectCount()).isPositive();
            CountingJob.runEmbedded(away.store(), EMBEDDED);

            assertThat(CountingJob.counts(away.store(), "patient"))
                    .isEqualTo(CountingJob.counts(away.store(), EMBEDDED));
            assertThat(CountingJob.sevens(away.store(), "patient"))
                    .isEqualTo(CountingJob.sevens(away.store(), EMBEDDED));
        } finally {
            away.close();
        }
    }

    @Test
    void shouldLetTheNodeTickWhereTimePassesAndNothingComes() throws InterruptedException {
        NodeFixture.givenTopic(node, "quiet", 1);
        final Topology topology = Topology.named("ticking");
        topology.stream("quiet", Codecs.string())
                .idleAfter(Duration.ofMillis(200))
                .keyBy("by-text", Codecs.string(), text -> text)
                .window("short", Windows.tumbling(Duration.ofMillis(10)))
                .count()
                .map(window -> window.key() + ' ' + window.value(), Codecs.string())
                .to("ticked");
        final JobWorkerContext context = new JobWorkerContext()
                .node(reach(node.ingressChannel()))
                .topology(topology)
                .directory(directory.resolve("ticking"))
                .log(log -> log.segmentLength(NodeFixture.SEGMENT_LENGTH));
        try (JobWorker worker = JobWorker.start(context);
                Publisher publisher = Publisher.connect(
                        NodeFixture.publisherContext(node, "feed").topic("quiet"))) {
            publisher.offer(System.currentTimeMillis() * 1_000_000, null, 0, 0, text("a"), 0, 1);
            NodeFixture.await("acknowledged", () -> {
                publisher.poll();
                return publisher.isFullyAcknowledged();
            });

            NodeFixture.await(
                    "the window closes",
                    () -> worker.failure() != null || worker.counters().acknowledgedRecords() > 0);
            assertThat(worker.failure()).isNull();
            assertThat(worker.counters().tickCount()).isPositive();
            // An older worker, that has not heard yet that it is none any more.
            try (Publisher stale = Publisher.connect(
                    NodeFixture.publisherContext(node, "job:ticking").topic("quiet"))) {
                assertThat(stale.epoch()).isGreaterThan(1);
                publisher.offer((System.currentTimeMillis() + 1_000) * 1_000_000, null, 0, 0, text("b"), 0, 1);
                NodeFixture.await("the next window closes all the same", () -> {
                    publisher.poll();
                    return worker.failure() != null || worker.counters().acknowledgedRecords() > 1;
                });
            }
            assertThat(worker.failure()).isNull();
        }
        assertThat(CountingJob.records(node.store().topic("ticked")).get(0).get(0))
                .startsWith("a 1");
    }

    @Test
    void shouldAllocateNothingForARecordThatComesOrGoes() {
        NodeFixture.givenTopic(node, "steady", 2);
        final Topology topology = Topology.named("steady");
        topology.stream("steady", Codecs.string()).filter(text -> true).to("steadied");
        final JobWorkerContext context = new JobWorkerContext()
                .node(client ->
                        client.aeronDirectoryName(node.aeronDirectoryName()).channel(node.ingressChannel()))
                .topology(topology)
                .directory(directory.resolve("steady"))
                .log(log -> log.segmentLength(NodeFixture.SEGMENT_LENGTH));
        try (JobWorker worker = JobWorker.start(context);
                Publisher publisher = Publisher.connect(
                        NodeFixture.publisherContext(node, "feed").topic("steady"))) {
            CountingJob.publish(publisher, 0, 20_000);
            NodeFixture.await("warm", () -> worker.counters().acknowledgedRecords() == 20_000);
            final long before = allocatedBytes();
            CountingJob.publish(publisher, 20_000, 40_000);
            NodeFixture.await("done", () -> worker.counters().acknowledgedRecords() == 40_000);

            assertThat(allocatedBytes() - before).as("bytes for 20,000 records").isLessThan(100_000);
        }
    }

    @Test
    void shouldLetGoOfWhatNobodyNeedsAndGoOnWithoutIt() {
        final String[] names = {"long", "longer"};
        for (final String name : names) {
            node.store().createTopic(TopicSpec.named(name).partitions(2).segmentLength(SMALL));
        }
        final int[] published = {0};
        try (Publisher publisher =
                Publisher.connect(NodeFixture.publisherContext(node, "feed").topic("long"))) {
            // The first checkpoint after each start is a full one, and the newest two of these are kept.
            for (int run = 0; run < 4; run++) {
                try (JobWorker worker = JobWorker.start(copying())) {
                    for (int i = 0; i < 5; i++) {
                        publishMore(publisher, published);
                    }
                    worker.job().checkpoint().join();
                }
            }
            try (JobWorker worker = JobWorker.start(copying());
                    LogStore log = LogStore.openReadOnly(new LogContext()
                            .directory(directory.resolve("copying").resolve("log")))) {
                NodeFixture.await("what is not needed is removed", () -> {
                    publishMore(publisher, published);
                    worker.job().checkpoint().join();
                    return Stream.of(names)
                            .allMatch(name -> log.topic(name).partition(0).isTruncated()
                                    && log.topic(name).partition(1).isTruncated());
                });
            }
            publishMore(publisher, published);
            CountingJob.end(publisher);
        }

        try (JobWorker worker = JobWorker.start(copying())) {
            NodeFixture.await("complete", worker::isComplete);
        }

        final List<List<String>> copied = CountingJob.records(node.store().topic("longer"));
        assertThat(copied)
                .isEqualTo(CountingJob.records(node.store().topic("long")).stream()
                        .map(texts -> texts.stream()
                                .filter(text -> !text.startsWith("kind="))
                                .toList())
                        .toList());
    }

    private JobWorkerContext copying() {
        final Topology topology = Topology.named("copying");
        topology.stream("long", Codecs.string()).filter(text -> true).to("longer");
        return new JobWorkerContext()
                .node(reach(node.ingressChannel()))
                .topology(topology)
                .directory(directory.resolve("copying"))
                .log(log -> log.segmentLength(SMALL).cutIntervalNs(TimeUnit.MILLISECONDS.toNanos(100)));
    }

    private static void publishMore(final Publisher publisher, final int[] published) {
        CountingJob.publish(publisher, published[0], published[0] + 1_000);
        published[0] += 1_000;
    }

    private static long allocatedBytes() {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = 0;
        for (final ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().startsWith("millrace-worker-steady-")) {
                bytes += threads.getThreadAllocatedBytes(thread.getThreadId());
            }
        }
        assertThat(bytes).isPositive();
        return bytes;
    }

    @Test
    void shouldRefuseInOneLineWhatCannotBeTheSameJob() throws InterruptedException {
        final Consumer<ClientContext<?>> reach = reach(node.ingressChannel());
        try (JobWorker worker = JobWorker.start(worker(reach, "owner"))) {
            assertRefused(ErrorCode.STORE_IN_USE, "is owned by process", () -> JobWorker.start(worker(reach, "owner")));
            assertThat(worker.awaitTermination(Duration.ofSeconds(30))).isTrue();
        }

        final JobWorkerContext otherJob = CountingJob.worker(reach, directory.resolve("owner"), "somebody", () -> {});
        assertRefused(
                ErrorCode.CONFIGURATION,
                "the worker's directory belongs to job owner, and not to job somebody",
                () -> JobWorker.start(otherJob));
        final JobWorkerContext otherDirectory = CountingJob.worker(reach, directory.resolve("new"), "owner", () -> {});
        assertRefused(
                ErrorCode.CONFIGURATION,
                "the node holds output of this job that the worker's directory does not: job=owner topic=owner.",
                () -> JobWorker.start(otherDirectory));
        final Topology missing = Topology.named("missing");
        missing.stream("nowhere", Codecs.string()).to("somewhere");
        assertRefused(
                ErrorCode.UNKNOWN_TOPIC,
                "nowhere",
                () -> JobWorker.start(
                        new JobWorkerContext().node(reach).topology(missing).directory(directory.resolve("missing"))));
        assertRefused(
                ErrorCode.CONFIGURATION,
                "worker is not configured: node is not set (how to reach it: channel, credentials); topology is not set",
                () -> JobWorker.start(new JobWorkerContext().directory(directory)));
        assertSameAsEmbedded("owner");
    }

    @Test
    void shouldLeaveTheWorkerAloneThatRunsWhereAnotherOneIsRefused() {
        NodeFixture.givenTopic(node, "shared", 2);
        NodeFixture.givenTopic(node, "early", 2);
        NodeFixture.givenTopic(node, "late", 2);
        final Consumer<ClientContext<?>> reach = reach(node.ingressChannel());
        try (JobWorker worker = JobWorker.start(splitting(reach, "splitting"));
                Publisher publisher = Publisher.connect(
                        NodeFixture.publisherContext(node, "feed").topic("shared"))) {
            CountingJob.publish(publisher, 0, 100);
            NodeFixture.await("sent", () -> worker.counters().acknowledgedRecords() == 100);

            assertRefused(
                    ErrorCode.CONFIGURATION,
                    "the node holds output of this job that the worker's directory does not: job=splitting topic=late",
                    () -> JobWorker.start(splitting(reach, "elsewhere")));

            CountingJob.publish(publisher, 100, 200);
            NodeFixture.await(
                    "more is sent",
                    () -> worker.failure() != null || worker.counters().acknowledgedRecords() == 200);
            assertThat(worker.failure()).isNull();
        }
    }

    /** Of its two outputs, the first stays empty. */
    private JobWorkerContext splitting(final Consumer<ClientContext<?>> reach, final String name) {
        final Topology topology = Topology.named("splitting");
        final io.millrace.streams.Stream<String> shared =
                topology.stream("shared", Codecs.string()).filter(text -> true);
        shared.filter(text -> false).to("early");
        shared.to("late");
        return new JobWorkerContext()
                .node(reach)
                .topology(topology)
                .directory(directory.resolve(name))
                .log(log -> log.segmentLength(NodeFixture.SEGMENT_LENGTH));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 700})
    void shouldRefuseANodeThatHasLostWhatTheJobHasRead(final int otherCount) throws IOException {
        final Path home = directory.resolve("home");
        final Path old = directory.resolve("old");
        try (Node before = NodeFixture.givenNode(home);
                Publisher publisher = NodeFixture.givenPublisher(before, "first")) {
            CountingJob.publish(publisher, 0, 300);
        }
        copy(home, old);
        try (Node more = NodeFixture.givenNode(home);
                Publisher publisher = NodeFixture.givenPublisher(more, "second")) {
            CountingJob.publish(publisher, 300, 600);
            try (JobWorker worker = JobWorker.start(worker(reach(more), "lossy"))) {
                NodeFixture.await("mirrored", () -> worker.counters().mirroredRecords() >= 600);
            }
        }

        try (Node less = NodeFixture.givenNode(old);
                Publisher publisher = NodeFixture.givenPublisher(less, "third")) {
            CountingJob.publish(publisher, 1_000, 1_000 + otherCount);

            assertRefused(
                    ErrorCode.CONFIGURATION,
                    "the node has lost records that this worker's job has read: topic=trades",
                    () -> JobWorker.start(worker(reach(less), "lossy")));
        }
    }

    private static Consumer<ClientContext<?>> reach(final Node other) {
        return client -> client.aeronDirectoryName(other.aeronDirectoryName()).channel(other.ingressChannel());
    }

    private JobWorkerContext worker(final Consumer<ClientContext<?>> reach, final String job) {
        return CountingJob.worker(reach, directory.resolve(job), job, () -> {});
    }

    private static Consumer<ClientContext<?>> reach(final String channel) {
        return client -> client.aeronDirectoryName(node.aeronDirectoryName()).channel(channel);
    }

    private static void assertSameAsEmbedded(final String job) {
        assertThat(CountingJob.sevens(node.store(), job)).isEqualTo(CountingJob.sevens(node.store(), EMBEDDED));
        final Map<String, List<String>> counts = CountingJob.counts(node.store(), job);
        assertThat(counts).isEqualTo(CountingJob.counts(node.store(), EMBEDDED));
    }

    private static void assertRefused(final ErrorCode code, final String message, final ThrowingCallable start) {
        assertThatThrownBy(start)
                .isInstanceOfSatisfying(
                        MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(code))
                .hasMessageContaining(message)
                .message()
                .doesNotContain("\n");
    }

    private static UnsafeBuffer text(final String text) {
        return new UnsafeBuffer(text.getBytes(StandardCharsets.US_ASCII));
    }

    private Process start(final String job, final int pace) throws IOException {
        final ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        WorkerChild.class.getName(),
                        node.aeronDirectoryName(),
                        node.ingressChannel(),
                        directory.resolve(job).toString(),
                        job,
                        Integer.toString(pace))
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        final Process child = builder.start();
        children.add(child);
        return child;
    }

    /** The next line that a child says, which is not what its log says. */
    private static String line(final Process child) throws IOException {
        final BufferedReader reader = child.inputReader(StandardCharsets.UTF_8);
        String line = reader.readLine();
        while (line != null && !line.matches("(started|complete|too slow|[A-Z_]+ ).*")) {
            line = reader.readLine();
        }
        return line;
    }

    private static void signal(final Process process, final String name) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    private static void copy(final Path from, final Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (final Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
