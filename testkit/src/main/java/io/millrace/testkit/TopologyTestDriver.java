package io.millrace.testkit;

import io.millrace.log.TopicSpec;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.state.StateView;
import io.millrace.operators.task.SkippedRecord;
import io.millrace.operators.task.Task;
import io.millrace.streams.JobCounters;
import io.millrace.streams.Topology;
import io.millrace.streams.topology.SourceNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.agrona.CloseHelper;

/**
 * Runs a topology in a test: the real engine, on a real log in a temporary directory, under a clock that stands still until
 * the test moves it. All that the job does is done inside the calls of the test's thread, so nothing is waited for and each
 * run of a test is like the one before.
 *
 * <pre>{@code
 * try (TopologyTestDriver driver = TopologyTestDriver.of(topology).partitions("trades", 3).start()) {
 *     TestInput<String> trades = driver.input("trades", Codecs.string());
 *     TestOutput<String> counts = driver.output("counts", Codecs.string());
 *
 *     trades.pipe("ABC").pipe("ABC");
 *     driver.advanceTime(Duration.ofMinutes(1));
 *
 *     assertEquals(List.of("ABC 2"), counts.readValues());
 *     driver.replayTwice();
 * }
 * }</pre>
 *
 * <p>The job runs in test mode: a flyweight that is used after the call it was given to is caught, with the record that it
 * belonged to. {@link #close} fails when state memory is left that nobody has given back.
 *
 * <p>Used by one thread.
 */
public final class TopologyTestDriver implements AutoCloseable {
    private final Topology topology;
    private final TestDriverBuilder settings;
    private final VirtualClock clock;
    private final List<String> sources;
    private final Map<String, Codec<?>> codecs = new HashMap<>();
    private final TreeSet<Long> crashes = new TreeSet<>();

    // Partitions of sources, as topic/number.
    private final Set<String> ended = new HashSet<>();

    private TestStore store;
    private TestJob job;
    private Throwable failure;
    private int restoredTasks;
    private int crashCount;
    private boolean isBatch;
    private boolean isClosed;

    TopologyTestDriver(final TestDriverBuilder settings) {
        this.settings = settings;
        this.topology = settings.topology();
        this.sources = topology.build().sources().stream().map(SourceNode::name).toList();
        new DriverTopics(topology, settings).check();
        this.clock = new VirtualClock(settings.begin());
        this.store = TestStore.create(clock, settings.segmentLength());
        try {
            createTopics();
            this.job = newJob();
            job.run();
        } catch (final RuntimeException e) {
            CloseHelper.quietCloseAll(job, store);
            throw e;
        }
    }

    /**
     * Begins to describe a driver.
     *
     * @param topology to test; not changed afterwards.
     * @return its settings.
     */
    public static TestDriverBuilder of(final Topology topology) {
        return new TestDriverBuilder(topology, driver -> {});
    }

    private void createTopics() {
        for (final String source : sources) {
            store.log().createTopic(TopicSpec.named(source).partitions(settings.partitions(source)));
        }
        settings.partitions()
                .forEach((topic, count) ->
                        store.log().createTopic(TopicSpec.named(topic).partitions(count)));
    }

    private TestJob newJob() {
        return new TestJob(store, topology, settings.stateBudget(), settings.parts(), settings.checkpointSeed());
    }

    /**
     * Gives a door to a topic that the topology reads.
     *
     * @param topic of the topology.
     * @param codec of the values.
     * @param <V>   type of the values.
     * @return the door.
     * @throws IllegalArgumentException if the topology does not read it.
     */
    public <V> TestInput<V> input(final String topic, final Codec<V> codec) {
        checkOpen();
        Objects.requireNonNull(codec, "an input needs the codec of its values");
        if (!sources.contains(topic)) {
            throw new IllegalArgumentException("the topology does not read topic " + topic + "; it reads " + sources);
        }
        return new TestInput<>(this, topic, codec, partitionCount(topic));
    }

    /**
     * Gives a view of a topic that the topology writes, from its beginning; also of one for late records or dead letters.
     *
     * @param topic of the topology, or of one of its exchanges, {@code job.exchange}.
     * @param codec of the values.
     * @param <V>   type of the values.
     * @return the view.
     * @throws IllegalArgumentException if the topology does not write it.
     */
    public <V> TestOutput<V> output(final String topic, final Codec<V> codec) {
        checkOpen();
        new DriverTopics(topology, settings).checkWritten(store, job.tasks().plan(), topic);
        Objects.requireNonNull(codec, "an output needs the codec of its values");
        codecs.put(topic, codec);
        return new TestOutput<>(this, topic, codec, partitionCount(topic));
    }

    /**
     * Gives a view of what a step keeps, in all tasks together.
     *
     * @param step     name of the step; the stateful ones have one.
     * @param keyCodec of the keys.
     * @param <K>      type of the keys.
     * @return the view, which shows at each call what is kept then.
     * @throws IllegalArgumentException if the topology has no such step or it keeps nothing.
     */
    public <K> TestState<K> state(final String step, final Codec<K> keyCodec) {
        Objects.requireNonNull(keyCodec, "a state needs the codec of its keys");
        return new TestState<>(step, stateViews(step).get(0).shape(), keyCodec, () -> stateViews(step));
    }

    private List<StateView> stateViews(final String step) {
        checkOpen();
        final List<StateView> views = new ArrayList<>();
        final TreeSet<String> known = new TreeSet<>();
        for (final Task task : job.tasks().tasks()) {
            known.addAll(task.views().keySet());
            if (task.views().containsKey(step)) {
                views.add(task.views().get(step));
            }
        }
        if (views.isEmpty()) {
            throw new IllegalArgumentException("no step " + step + " keeps state; those that do are " + known);
        }
        return views;
    }

    int partitionCount(final String topic) {
        return store.log().topic(topic).partitionCount();
    }

    /**
     * Where the virtual clock stands.
     *
     * @return log time of what is appended now.
     */
    public Instant now() {
        return clock.now();
    }

    /**
     * Lets log time pass, from one moment at which something is due to the next, ticks included.
     *
     * @param duration 0 or more.
     * @return this.
     * @throws IllegalArgumentException if it is negative.
     */
    public TopologyTestDriver advanceTime(final Duration duration) {
        return at(now().plus(duration));
    }

    /**
     * Lets log time pass until an instant.
     *
     * @param instant not before {@link #now()}.
     * @return this.
     * @throws IllegalArgumentException if it lies before.
     */
    public TopologyTestDriver at(final Instant instant) {
        final long targetNs = VirtualClock.ns(instant);
        if (targetNs < clock.nanoTime()) {
            throw new IllegalArgumentException("the clock stands at " + now() + " and cannot go back to " + instant);
        }
        run();
        while (job.nextTickNs() <= targetNs) {
            clock.moveTo(job.nextTickNs());
            run();
        }
        clock.moveTo(targetNs);
        return this;
    }

    /**
     * Puts in several values before the job gets to see the first, as after a time in which it did not run.
     *
     * @param input that puts them in.
     * @return this.
     */
    public TopologyTestDriver batch(final Runnable input) {
        isBatch = true;
        try {
            input.run();
        } finally {
            isBatch = false;
        }
        run();
        return this;
    }

    /**
     * Ends the input of all sources: each window closes, and the job has nothing left to do. What is put in after that is
     * refused.
     *
     * @return this.
     * @throws AssertionError if the job does not come to its end.
     */
    public TopologyTestDriver end() {
        for (final String source : sources) {
            for (int partition = 0; partition < partitionCount(source); partition++) {
                if (!ended.contains(source + '/' + partition)) {
                    append(source, partition, RecordKind.WATERMARK, Long.MAX_VALUE, new byte[0], new byte[0]);
                }
            }
        }
        run();
        if (!job.tasks().isComplete()) {
            throw new AssertionError("the input has ended, and these tasks still wait: "
                    + job.tasks().tasks().stream()
                            .filter(task -> !task.isComplete())
                            .toList());
        }
        return this;
    }

    /**
     * Kills the job as soon as it has read a number of input records, and resumes it on what a killed process leaves: a copy of
     * the open store, recovered by a new launch. Nothing is closed in order before. The test goes on as if nothing had been.
     *
     * @param recordsIn number of data records that the job has read of its sources; at once if it has read more. May be
     *                  called for several numbers.
     * @return this.
     */
    public TopologyTestDriver crashAt(final long recordsIn) {
        if (job.tasks().counters().recordsIn() >= recordsIn) {
            crash();
            run();
        } else {
            crashes.add(recordsIn);
        }
        return this;
    }

    private void crash() {
        checkUsable();
        final TestStore image = store.crashImage();
        try {
            closeAll();
        } finally {
            store = image;
            job = newJob();
        }
        restoredTasks += job.restoredTasks();
        crashCount++;
    }

    private void run() {
        checkUsable();
        try {
            while (!crashes.isEmpty() && job.runUntil(crashes.first())) {
                crashes.pollFirst();
                crash();
            }
            while (!settings.kills().areOver() && job.runUntilKilled(settings.kills())) {
                crash();
            }
            job.run();
        } catch (final RuntimeException | Error e) {
            failure = e;
            throw e;
        }
    }

    private void checkOpen() {
        if (isClosed) {
            throw new IllegalStateException("the driver is closed");
        }
    }

    private void checkUsable() {
        checkOpen();
        if (failure != null) {
            throw new IllegalStateException(
                    "the job has stopped, what it wrote can still be read: " + failure, failure);
        }
    }

    /**
     * Asserts that what the job made is a function of its input. Each stage is run again over what it has read, in a new store,
     * once in one go and once killed in the middle and resumed; every record that its tasks append must have the same
     * bytes, event time and number as in this run.
     *
     * @return this.
     * @throws AssertionError that names the first record that differs, by topic, partition and number, and shows both.
     */
    public TopologyTestDriver replayTwice() {
        run();
        new Replay(store, topology, settings, codecs).verify(job.tasks().plan());
        return this;
    }

    /**
     * What the job has done. After a crash, the counts are those of the resumed job, which reads its input from the beginning;
     * with {@linkplain TestDriverBuilder#checkpoints checkpoints}, what it made of its input before counts as well.
     *
     * @return its counters.
     */
    public JobCounters counters() {
        return job.tasks().counters();
    }

    /** How often the job was killed. */
    int crashCount() {
        return crashCount;
    }

    /** How many tasks have begun from a checkpoint, over all crashes. */
    int restoredTasks() {
        return restoredTasks;
    }

    /**
     * The records that error policies left out.
     *
     * @return in the order in which they were met.
     */
    public List<SkippedRecord> skipped() {
        return job.skipped();
    }

    /**
     * How much memory the keyed state takes, with pages that are kept for the next window.
     *
     * @return bytes.
     */
    public long stateBytes() {
        return job.tasks().stateBudget().usedBytes();
    }

    /**
     * Tells how the topology runs.
     *
     * @return its stages, tasks and exchanges, in several lines.
     */
    public String describe() {
        return job.tasks().plan().describe();
    }

    void append(
            final String topic,
            final int partition,
            final byte kind,
            final long eventTimeNs,
            final byte[] key,
            final byte[] value) {
        checkUsable();
        final String place = topic + '/' + partition;
        if (ended.contains(place)) {
            throw new IllegalStateException("the input of topic " + topic + " partition " + partition
                    + " has ended, so the job would not read what is put in; call end() after the last value");
        }
        store.append(topic, partition, kind, eventTimeNs, key, value);
        if (kind == RecordKind.WATERMARK && eventTimeNs == Long.MAX_VALUE) {
            ended.add(place);
        }
    }

    // What was put in may be worked on now.
    void ready() {
        if (!isBatch) {
            run();
        }
    }

    List<RawRecord> read(final String topic, final int partition, final long fromPosition) {
        checkOpen();
        return store.read(topic, partition, fromPosition);
    }

    Map<String, List<List<RawRecord>>> outputs() {
        return new DriverTopics(topology, settings).outputs(store, job.tasks().plan());
    }

    /**
     * Ends the job where it stands and removes its log. May be called more than once.
     *
     * @throws AssertionError if state memory is still reserved after all tasks are closed.
     */
    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            closeAll();
        }
    }

    private void closeAll() {
        try {
            job.close();
        } finally {
            store.close();
        }
    }

    @Override
    public String toString() {
        return "TopologyTestDriver{now=" + now() + ", counters=" + counters() + '}';
    }
}
