package io.millrace.testkit.conformance;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.operators.pattern.Match;
import io.millrace.streams.Codecs;
import io.millrace.streams.DedupedStream;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.ProcessedStream;
import io.millrace.streams.SequenceStream;
import io.millrace.streams.SourceStream;
import io.millrace.streams.Table;
import io.millrace.streams.Topology;
import io.millrace.testkit.conformance.Scenario.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/** Topologies with random settings, each written twice: in the language, and as what it means. */
final class Scenarios {
    private static final long NO_STEP = 1L << 62;
    private static final long TIMER_STEP_NS = 10 * Feed.MS;
    private static final long DAY_NS = Duration.ofDays(1).toNanos();

    private final SplittableRandom random;
    private final int partitions;
    private final Topology topology = Topology.named("job");
    private final Map<String, Integer> sinks = new TreeMap<>();
    private final List<Stage> stages = new ArrayList<>();
    private final List<ProcessMeaning> processes = new ArrayList<>();
    private final long boundNs;
    private final long idleAfterNs;
    private final boolean isKeyed;

    Scenarios(final SplittableRandom random, final int partitions) {
        this.random = random;
        this.partitions = partitions;
        // Mostly whole milliseconds, as most distances of times are, so that a watermark meets the end of a span
        // exactly.
        this.boundNs = random.nextInt(4) == 0 ? random.nextLong(60 * Feed.MS) : random.nextLong(40) * Feed.MS;
        this.idleAfterNs = random.nextInt(4) == 0 ? PartitionTime.END : random.nextLong(40 * Feed.MS);
        this.isKeyed = random.nextInt(3) == 0;
    }

    private SourceStream<String> source(final String topic) {
        final SourceStream<String> source = topology.stream(topic, Codecs.string())
                .outOfOrderness(Duration.ofNanos(boundNs))
                .onError(ErrorPolicy.SKIP);
        return idleAfterNs == PartitionTime.END ? source.neverIdle() : source.idleAfter(Duration.ofNanos(idleAfterNs));
    }

    private PartitionTime sourceTime() {
        return new PartitionTime.OfSource(boundNs, idleAfterNs, DAY_NS);
    }

    private KeyedStream<String, String> keyed() {
        final SourceStream<String> source = source("in");
        return isKeyed ? source.keyed(Codecs.string()) : source.keyBy("by-key", Codecs.string(), Feed::key);
    }

    // What lies behind keyed() is done where the keys are together.
    private Scenario behindKeyed(final long stepNs, final int commands, final Function<Written, Meaning> meaning) {
        if (isKeyed) {
            stages.add(new Stage("in", sourceTime(), meaning));
        } else {
            exchanged("in", sourceTime(), "job.by-key", stepNs, partitions, Feed::key, meaning);
        }
        return scenario(List.of("in"), commands);
    }

    private void exchanged(
            final String input,
            final PartitionTime time,
            final String exchange,
            final long stepNs,
            final int producers,
            final Function<String, String> key,
            final Function<Written, Meaning> meaning) {
        if (partitions == 1) {
            stages.add(new Stage(input, time, written -> rekey(key, meaning.apply(written))));
        } else {
            stages.add(new Stage(input, time, written -> rekey(key, written.exchange(exchange, stepNs))));
            stages.add(new Stage(exchange, new PartitionTime.OfExchange(producers), meaning));
        }
    }

    private Scenario scenario(final List<String> inputs, final int commands) {
        return new Scenario(
                topology,
                inputs,
                sinks,
                stages,
                isKeyed && inputs.size() == 1,
                commands,
                processes,
                idleAfterNs != PartitionTime.END);
    }

    private String sink(final String topic) {
        sinks.put(topic, 1 + random.nextInt(3));
        return topic;
    }

    private static Meaning rekey(final Function<String, String> key, final Meaning next) {
        return through(next, (moment, item) -> next.take(moment, item.under(key.apply(item.text()))));
    }

    // Time goes on to the next part, values go the way that they are shown.
    private static Meaning through(final Meaning next, final Meaning values) {
        return Meaning.all(List.of(values, new Meaning() {
            @Override
            public void take(final Moment moment, final Item item) {}

            @Override
            public void onClock(final Moment moment) {
                next.onClock(moment);
            }

            @Override
            public void onWatermark(final Moment moment) {
                next.onWatermark(moment);
            }
        }));
    }

    /** Everything that keeps an aggregate of a key. */
    Scenario rolling() {
        final KeyedStream<String, String> keyed = keyed();
        final List<Function<Written, Meaning>> meanings = new ArrayList<>();
        table(keyed.count("count"), "count", false, values -> "" + values.size(), meanings);
        table(keyed.sum("sum", Feed::number), "sum", false, values -> "" + sum(values), meanings);
        table(keyed.sum("each", Feed::number).everyUpdate(), "each", true, values -> "" + sum(values), meanings);
        table(
                keyed.min("min", Feed::number),
                "min",
                false,
                values -> "" + values.stream().mapToLong(Feed::number).min().orElseThrow(),
                meanings);
        table(
                keyed.max("max", Feed::number),
                "max",
                false,
                values -> "" + values.stream().mapToLong(Feed::number).max().orElseThrow(),
                meanings);
        table(
                keyed.average("average", Feed::number),
                "average",
                false,
                values -> sum(values) + " of " + values.size() + " is " + sum(values) / (double) values.size(),
                average -> average.sum() + " of " + average.count() + " is " + average.value(),
                meanings);
        table(
                keyed.reduce("reduce", Codecs.string(), Scenarios::longer),
                "reduce",
                false,
                values -> values.stream().reduce(Scenarios::longer).orElseThrow(),
                meanings);
        table(
                keyed.aggregate(
                        "aggregate",
                        Aggregation.<String, String>values(
                                Codecs.string(), () -> "", (all, text) -> tail(all + Feed.number(text) % 3))),
                "aggregate",
                false,
                values -> tail(values.stream()
                        .map(value -> "" + Feed.number(value) % 3)
                        .reduce("", String::concat)),
                meanings);
        final int n = 1 + random.nextInt(4);
        top(keyed.topN("top", n, Feed::number, Codecs.string()), "top", n, false, meanings);
        top(keyed.topN("tops", n, Feed::number, Codecs.string()).everyUpdate(), "tops", n, true, meanings);
        return behindKeyed(
                NO_STEP,
                0,
                written -> Meaning.all(
                        meanings.stream().map(meaning -> meaning.apply(written)).toList()));
    }

    private static long sum(final List<String> values) {
        return values.stream().mapToLong(Feed::number).sum();
    }

    // Which one is left depends on the order.
    private static String longer(final String held, final String text) {
        return Math.abs(Feed.number(text)) >= Math.abs(Feed.number(held)) ? text : held;
    }

    private static String tail(final String text) {
        return text.substring(Math.max(0, text.length() - 3));
    }

    private void top(
            final Table<String, List<String>> table,
            final String topic,
            final int n,
            final boolean isEach,
            final List<Function<Written, Meaning>> meanings) {
        table(
                table,
                topic,
                isEach,
                values -> values.stream()
                        .sorted(Comparator.comparingLong(Feed::number).reversed())
                        .limit(n)
                        .toList()
                        .toString(),
                meanings);
    }

    private <R> void table(
            final Table<String, R> table,
            final String topic,
            final boolean isEach,
            final Function<List<String>, String> result,
            final List<Function<Written, Meaning>> meanings) {
        table(table, topic, isEach, result, Object::toString, meanings);
    }

    private <R> void table(
            final Table<String, R> table,
            final String topic,
            final boolean isEach,
            final Function<List<String>, String> result,
            final Function<R, String> text,
            final List<Function<Written, Meaning>> meanings) {
        sinks.put(topic, 1);
        table.toChanges()
                .map(change -> text.apply(change.value()), Codecs.string())
                .to(topic);
        meanings.add(written -> KeyedMeanings.rolling(result, isEach, written.sink(topic)));
    }

    // Mostly such that distances of it occur exactly: most times are whole milliseconds apart.
    private long span() {
        return random.nextInt(4) == 0 ? 1 + random.nextLong(90 * Feed.MS) : (1 + random.nextLong(40)) * Feed.MS;
    }

    Scenario dedupe() {
        final long withinNs = span();
        final DedupedStream<String, String> once = keyed().dedupe("once", Duration.ofNanos(withinNs));
        once.to(sink("first"));
        once.late().to(sink("late"));
        once.repeats().to(sink("repeats"));
        return behindKeyed(
                Math.max(1, withinNs / 4),
                0,
                written -> KeyedMeanings.dedupe(
                        withinNs, written.sink("first"), written.sink("late"), written.sink("repeats")));
    }

    Scenario sequence() {
        final RandomSequence sequence = new RandomSequence(random);
        final SequenceStream<String, String> found = keyed().sequence("sequence", sequence.inTheLanguage());
        found.mapValues(Match::toString, Codecs.string()).to(sink("found"));
        found.late().to(sink("late"));
        found.timedOut().mapValues(Match::toString, Codecs.string()).to(sink("timed-out"));
        found.givenUp().mapValues(Match::toString, Codecs.string()).to(sink("given-up"));
        return behindKeyed(
                Feed.MS,
                0,
                written -> new SequenceMeaning(
                        sequence.options(),
                        written.sink("found"),
                        written.sink("late"),
                        written.sink("timed-out"),
                        written.sink("given-up")));
    }

    Scenario process() {
        final ProcessedStream<String, String> processed = keyed().process(
                        "commands", CommandProcessor::new, Codecs.string())
                .onError(ErrorPolicy.SKIP);
        processed.to(sink("main"));
        processed.sideOutput(CommandProcessor.SIDE).to(sink("side"));
        return behindKeyed(TIMER_STEP_NS, 6, written -> process(written.sink("main"), written.sink("side")));
    }

    private ProcessMeaning process(final Meaning main, final Meaning side) {
        final ProcessMeaning meaning = new ProcessMeaning(main, side);
        processes.add(meaning);
        return meaning;
    }

    /** Two topics merged, a part of them branched off, then two keys one after the other, with time passing through all. */
    Scenario chain() {
        final long withinNs = span();
        final var branches = source("a").merge("merged", source("b")).branch();
        branches.when(text -> Feed.number(text) % 5 == 0).to(sink("fives"));
        final ProcessedStream<String, String> processed = branches.when(text -> Feed.number(text) % 7 != 0)
                .keyBy("by-key", Codecs.string(), Feed::key)
                .process("commands", CommandProcessor::new, Codecs.string())
                .onError(ErrorPolicy.SKIP);
        branches.otherwise().to(sink("rest"));
        processed.sideOutput(CommandProcessor.SIDE).to(sink("side"));
        final DedupedStream<String, String> once = processed
                .values()
                .keyBy("by-hash", Codecs.string(), Scenarios::hash)
                .dedupe("once", Duration.ofNanos(withinNs));
        once.count("count")
                .toChanges()
                .map(change -> "" + change.value(), Codecs.string())
                .to(sink("count"));
        once.late().to(sink("late"));
        once.repeats().to(sink("repeats"));

        final long dedupeStep = Math.max(1, withinNs / 4);
        final long bothStep = greatestDivisor(dedupeStep, TIMER_STEP_NS);
        for (final String topic : List.of("a", "b")) {
            stages.add(new Stage(topic, sourceTime(), written -> written.exchange("job.merged", bothStep)));
        }
        final Function<Written, Meaning> last = written -> KeyedMeanings.dedupe(
                withinNs,
                KeyedMeanings.rolling(values -> "" + values.size(), false, written.sink("count")),
                written.sink("late"),
                written.sink("repeats"));
        final PartitionTime merged = new PartitionTime.OfExchange(2 * partitions);
        if (partitions == 1) {
            stages.add(new Stage(
                    "job.merged",
                    merged,
                    written -> branched(
                            written,
                            rekey(
                                    Feed::key,
                                    process(rekey(Scenarios::hash, last.apply(written)), written.sink("side"))))));
        } else {
            final PartitionTime later = new PartitionTime.OfExchange(partitions);
            stages.add(new Stage(
                    "job.merged",
                    merged,
                    written -> branched(written, rekey(Feed::key, written.exchange("job.by-key", bothStep)))));
            stages.add(new Stage(
                    "job.by-key",
                    later,
                    written -> process(
                            rekey(Scenarios::hash, written.exchange("job.by-hash", dedupeStep)),
                            written.sink("side"))));
            stages.add(new Stage("job.by-hash", later, last));
        }
        return scenario(List.of("a", "b"), 6);
    }

    private static Meaning branched(final Written written, final Meaning main) {
        final Predicate<String> isFive = text -> Feed.number(text) % 5 == 0;
        final Predicate<String> isMain = text -> Feed.number(text) % 7 != 0;
        return through(main, (moment, item) -> {
            if (isFive.test(item.text())) {
                written.sink("fives").take(moment, item);
            } else if (isMain.test(item.text())) {
                main.take(moment, item);
            } else {
                written.sink("rest").take(moment, item);
            }
        });
    }

    private static String hash(final String text) {
        return "h" + Math.floorMod(text.hashCode(), 3);
    }

    private static long greatestDivisor(final long a, final long b) {
        long divisor = Math.min(a, b);
        while (a % divisor != 0 || b % divisor != 0) {
            divisor--;
        }
        return divisor;
    }
}
