package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogContext;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.operators.codec.Codec;
import io.millrace.streams.query.StateAnswer;
import io.millrace.streams.query.StatePosition;
import io.millrace.streams.query.StateQuery;
import io.millrace.streams.query.StateReply;
import io.millrace.streams.query.StateRow;
import io.millrace.streams.query.StateSnapshot;
import io.millrace.streams.query.StateWindow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Holds what queries answer, while a job runs at full speed on other threads, against what the input says up to the position
 * of the answer.
 */
class StateQueryPropertyTest {
    private static final int SEGMENT_LENGTH = 1 << 24;
    private static final int PARTITIONS = 3;
    private static final int RECORDS = 150_000;
    private static final int KEYS = 20;
    private static final long STEP_NS = 1_000_000;
    private static final int ASKERS = 3;
    private static final int AT_A_TIME = 16;
    private static final int KINDS = 7;
    private static final int SNAPSHOTS = 3;
    private static final int ALL = 1_000_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Codec<String> TEXT = Codecs.string();

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldAnswerWhatTheInputSaysUpToThePositionOfTheAnswer(final long seed) throws Exception {
        final ExecutorService threads = Executors.newCachedThreadPool();
        try (LogStore store =
                LogStore.launch(new LogContext().directory(directory).segmentLength(SEGMENT_LENGTH))) {
            store.createTopic(TopicSpec.named("in").partitions(PARTITIONS));
            final JobContext context = new JobContext().threads(2).checkpointInterval(Duration.ofDays(1));
            final List<Check> checks = new ArrayList<>();
            try (Job job = Job.start(store, QueriedTopology.create(), context)) {
                final List<Future<List<Check>>> askers = new ArrayList<>();
                for (int i = 0; i < ASKERS; i++) {
                    askers.add(threads.submit(new Asker(job, new SplittableRandom(seed * ASKERS + i))));
                }
                askers.add(threads.submit(() -> snapshots(job)));
                feed(store, new SplittableRandom(seed));
                for (final Future<List<Check>> asker : askers) {
                    checks.addAll(asker.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS));
                }
                final TopicAppender<String> end = TopicAppender.open(store, "in", TEXT);
                end.watermark(Long.MAX_VALUE);
                assertThat(job.awaitCompletion(TIMEOUT)).isTrue();
                askWhenComplete(job, checks);
            }
            final Histories histories = new Histories(
                    KeyedHistory.of(store, "job.by-key"),
                    KeyedHistory.of(store, "in"),
                    new AtomicLong(),
                    new HashSet<>());
            checks.forEach(check -> check.against(histories));
            assertThat(histories.windows.get()).as("windows compared").isPositive();
            assertThat(histories.positions).as("positions, seed %d", seed).hasSizeGreaterThan(3);
        } finally {
            threads.shutdownNow();
        }
    }

    private static void feed(final LogStore store, final SplittableRandom random) {
        final TopicAppender<String> in = TopicAppender.open(store, "in", TEXT);
        for (int i = 0; i < RECORDS; i++) {
            final String key = "k" + random.nextInt(KEYS);
            in.append(i * STEP_NS, TEXT, key, key + " " + random.nextInt(1_000_000));
        }
    }

    private static void askWhenComplete(final Job job, final List<Check> checks) throws Exception {
        final StateQuery<String, Long> total = job.state("total", TEXT, Long.class);
        for (int i = 0; i < KEYS; i++) {
            final String key = "k" + i;
            final StateAnswer<Long> answer = total.value(key).await(TIMEOUT);
            checks.add(histories -> {
                final StatePosition end = new StatePosition(
                        answer.position().topic(), answer.position().partition(), Long.MAX_VALUE);
                assertThat(answer.value()).isEqualTo(histories.exchange.sum(end, key));
            });
        }
        try (StateSnapshot<String, Long> snapshot = total.freshSnapshot(TIMEOUT)) {
            checks.add(checkOf(snapshot));
        }
    }

    private static List<Check> snapshots(final Job job) throws Exception {
        final List<Check> checks = new ArrayList<>();
        for (int i = 0; i < SNAPSHOTS; i++) {
            try (StateSnapshot<String, Long> total =
                    job.<String, Long>state("total", TEXT, Long.class).freshSnapshot(TIMEOUT)) {
                checks.add(checkOf(total));
            }
            try (StateSnapshot<String, Long> counts =
                    job.<String, Long>state("counts", TEXT, Long.class).snapshot()) {
                checks.add(checkOfWindows(counts));
            }
            try (StateSnapshot<String, Long> last = job.<String, Long>state("seen", TEXT, Long.class)
                    .cell("last")
                    .snapshot()) {
                final List<StateRow<String, Long>> rows = last.all(ALL);
                checks.add(histories -> rows.forEach(row ->
                        assertThat(row.value()).isEqualTo(last(histories.exchange.before(row.position(), row.key())))));
            }
        }
        return checks;
    }

    // Everything is read before the snapshot is closed, and compared when the whole input is known.
    private static Check checkOf(final StateSnapshot<String, Long> snapshot) {
        final List<StatePosition> positions = snapshot.positions();
        final List<StateRow<String, Long>> all = snapshot.all(ALL);
        final List<StateRow<String, Long>> few = snapshot.all(7);
        final List<StateRow<String, Long>> range = snapshot.range("k2", "k5", ALL);
        final List<StateRow<String, Long>> top = snapshot.top(5, Comparator.naturalOrder());
        return histories -> {
            final TreeMap<String, Long> sums = histories.exchange.sums(positions, key -> true);
            assertThat(positions).hasSize(PARTITIONS);
            assertThat(asMap(all)).as("at %s", positions).isEqualTo(sums);
            assertThat(all).extracting(StateRow::key).isSorted();
            assertThat(few).isEqualTo(all.subList(0, Math.min(7, all.size())));
            assertThat(asMap(range)).isEqualTo(sums.subMap("k2", "k5"));
            assertThat(top)
                    .extracting(StateRow::value)
                    .isEqualTo(sums.values().stream()
                            .sorted(Comparator.reverseOrder())
                            .limit(5)
                            .toList());
            all.forEach(row -> assertThat(row.value()).isEqualTo(histories.exchange.sum(row.position(), row.key())));
        };
    }

    private static Check checkOfWindows(final StateSnapshot<String, Long> snapshot) {
        final List<StateWindow<String, Long>> windows = snapshot.windows(Long.MIN_VALUE, Long.MAX_VALUE, ALL);
        return histories -> {
            final Map<String, List<StateWindow<String, Long>>> byKey =
                    windows.stream().collect(Collectors.groupingBy(StateWindow::key));
            byKey.forEach((key, own) ->
                    checkWindows(histories, key, own.get(0).positions().get(0), own));
        };
    }

    private static TreeMap<String, Long> asMap(final List<StateRow<String, Long>> rows) {
        final TreeMap<String, Long> map = new TreeMap<>();
        rows.forEach(
                row -> assertThat(map.put(row.key(), row.value())).as(row.key()).isNull());
        return map;
    }

    private static Long last(final List<KeyedHistory.Entry> entries) {
        return entries.isEmpty() ? null : entries.get(entries.size() - 1).number();
    }

    // Windows that have closed by then are not kept any more; the newest one has not, since no time behind it was seen.
    private static void checkWindows(
            final Histories histories,
            final String key,
            final StatePosition at,
            final List<StateWindow<String, Long>> windows) {
        final TreeMap<Long, Long> counts = histories.exchange.counts(at, key, QueriedTopology.WINDOW_NS);
        final TreeMap<Long, Long> open = new TreeMap<>();
        windows.forEach(window -> open.put(window.startNs(), window.value()));
        assertThat(open).hasSize(windows.size());
        histories.windows.addAndGet(windows.size());
        if (!open.isEmpty()) {
            assertThat(open).as("windows of %s at %s", key, at).isEqualTo(counts.tailMap(open.firstKey()));
        }
    }

    /** Asks at random, several queries at a time, until all input is read. */
    private record Asker(Job job, SplittableRandom random) implements Callable<List<Check>> {
        @Override
        public List<Check> call() throws Exception {
            final Queries queries = new Queries(job);
            final List<Check> checks = new ArrayList<>();
            do {
                final List<Callable<Check>> open = new ArrayList<>();
                for (int i = 0; i < AT_A_TIME; i++) {
                    open.add(queries.ask(random.nextInt(KINDS), "k" + random.nextInt(KEYS + 1)));
                }
                for (final Callable<Check> each : open) {
                    checks.add(each.call());
                }
            } while (job.counters().recordsIn() < RECORDS);
            return checks;
        }
    }

    /** A query of each kind, and what its answer should be. */
    private static final class Queries {
        private final StateQuery<String, Long> total;
        private final StateQuery<String, List<String>> best;
        private final StateQuery<String, Long> counts;
        private final StateQuery<String, Long> last;
        private final StateQuery<String, Long> first;
        private final StateQuery<String, Long> halves;
        private final StateQuery<String, Long> own;

        Queries(final Job job) {
            total = job.state("total", TEXT, Long.class);
            best = job.state("best", TEXT, List.class);
            counts = job.state("counts", TEXT, Long.class);
            last = job.<String, Long>state("seen", TEXT, Long.class).cell("last");
            first = job.state("first", TEXT, Long.class);
            halves = job.state("halves", TEXT, Long.class);
            own = job.state("own", TEXT, Long.class);
        }

        Callable<Check> ask(final int kind, final String key) {
            return switch (kind) {
                case 0 ->
                    later(
                            total.value(key),
                            (histories, answer) -> assertThat(answer.value())
                                    .as("%s of %s", answer, key)
                                    .isEqualTo(histories.exchange.sum(answer.position(), key)));
                case 1 ->
                    later(
                            best.value(key),
                            (histories, answer) -> assertThat(answer.isFound() ? answer.value() : List.of())
                                    .isEqualTo(histories.exchange.top(answer.position(), key, 3)));
                case 2 ->
                    later(
                            counts.windows(key),
                            (histories, answer) -> checkWindows(histories, key, answer.position(), answer.value()));
                case 3 ->
                    later(
                            last.value(key),
                            (histories, answer) -> assertThat(answer.value())
                                    .isEqualTo(last(histories.exchange.before(answer.position(), key))));
                case 4 ->
                    later(
                            first.value(key),
                            (histories, answer) -> assertThat(answer.value())
                                    .isEqualTo(firstTime(histories.exchange.before(answer.position(), key))));
                case 5 -> later(halves.windows(key), (histories, answer) -> checkHalves(histories, key, answer));
                default ->
                    later(
                            own.value(key),
                            (histories, answer) -> assertThat(answer.value())
                                    .isEqualTo(answer.positions().stream()
                                            .flatMap(at -> histories.source.before(at, key).stream())
                                            .map(KeyedHistory.Entry::number)
                                            .max(Comparator.naturalOrder())
                                            .orElse(null)));
            };
        }

        private static <A> Callable<Check> later(
                final StateReply<A> reply, final BiConsumer<Histories, StateAnswer<A>> check) {
            return () -> {
                final StateAnswer<A> answer = reply.await(TIMEOUT);
                return histories -> {
                    histories.positions.addAll(answer.positions());
                    check.accept(histories, answer);
                };
            };
        }

        private static Long firstTime(final List<KeyedHistory.Entry> entries) {
            return entries.isEmpty() ? null : entries.get(0).eventTimeNs();
        }

        // Nothing was sent through the exchange yet, since the day is not over in any partition.
        private static void checkHalves(
                final Histories histories,
                final String key,
                final StateAnswer<List<StateWindow<String, Long>>> answer) {
            final long count = answer.positions().stream()
                    .filter(at -> at.topic().equals("in"))
                    .mapToLong(at -> histories.source.before(at, key).size())
                    .sum();
            assertThat(answer.positions()).hasSize(1 + PARTITIONS);
            assertThat(answer.value().stream().mapToLong(StateWindow::value).sum())
                    .isEqualTo(count);
            assertThat(answer.value()).hasSize(count == 0 ? 0 : 1);
        }
    }

    private record Histories(
            KeyedHistory exchange, KeyedHistory source, AtomicLong windows, Set<StatePosition> positions) {}

    /** An answer that is compared with the input when all of it is known. */
    private interface Check {
        void against(Histories histories);
    }
}
