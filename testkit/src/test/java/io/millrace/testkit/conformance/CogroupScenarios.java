package io.millrace.testkit.conformance;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.streams.Codecs;
import io.millrace.streams.CogroupedWindows;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.Windows;
import io.millrace.testkit.conformance.Scenario.Stage;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Three streams in windows that they share, with state off the heap, or on it and in the order of the exchange. */
final class CogroupScenarios extends Scenarios {
    private static final List<String> INPUTS = List.of("a", "b", "c");

    CogroupScenarios(final SplittableRandom random, final int partitions) {
        super(random, partitions);
    }

    Scenario cogroup() {
        final boolean isSliding = random.nextInt(3) == 0;
        final boolean isOffHeap = isSliding || random.nextBoolean();
        final long sizeNs = span();
        final long graceNs = random.nextInt(3) * sizeNs;
        final Duration size = Duration.ofNanos(sizeNs);
        final Windows windows =
                (isSliding ? Windows.sliding(size) : Windows.tumbling(size)).grace(Duration.ofNanos(graceNs));
        if (isOffHeap) {
            write(offHeap(windows));
        } else {
            write(onHeap(windows));
        }
        final long stepNs = isSliding ? Math.max(1, sizeNs / 16) : sizeNs;
        for (int i = 0; i < INPUTS.size(); i++) {
            final char side = (char) i;
            stages.add(new Stage(INPUTS.get(i), sourceTime(), written -> {
                final Meaning exchange = written.exchange("job.windows-sides", stepNs);
                return rekey(
                        Feed::key,
                        through(exchange, (moment, item) -> exchange.take(moment, item.with(item.text() + side))));
            }));
        }
        final Function<List<String>, String> result = isOffHeap ? CogroupScenarios::numbers : CogroupScenarios::inOrder;
        stages.add(new Stage("job.windows-sides", new PartitionTime.OfExchange(INPUTS.size() * partitions), written -> {
            final CogroupMeaning meaning = new CogroupMeaning(
                    isSliding,
                    sizeNs,
                    graceNs,
                    result,
                    written.sink("main"),
                    List.of(written.sink("late.a"), (moment, item) -> {}, written.sink("late.c")));
            waiting.add(meaning::count);
            return meaning;
        }));
        return scenario(INPUTS, 0);
    }

    private KeyedStream<String, String> side(final int side) {
        final String topic = INPUTS.get(side);
        return source(topic).keyBy("by-" + topic, Codecs.string(), Feed::key);
    }

    private CogroupedWindows<String, CogroupState> offHeap(final Windows windows) {
        final KeyedStream<String, String> a = side(0);
        final KeyedStream<String, String> c = side(2);
        return late(
                a.cogroup(Aggregation.flyweight(CogroupState::new, (CogroupState state, String text) -> state.count())
                                .combine(CogroupState::combine))
                        .with(side(1), (state, text) -> state.addSecond(Feed.number(text)))
                        .with(c, (state, text) -> state.addThird(Feed.number(text)))
                        .window("windows", windows),
                a,
                c);
    }

    private CogroupedWindows<String, String> onHeap(final Windows windows) {
        final KeyedStream<String, String> a = side(0);
        final KeyedStream<String, String> c = side(2);
        return late(
                a.cogroup(Aggregation.values(
                                Codecs.string(), () -> "", (String all, String text) -> all + "a" + index(text)))
                        .with(side(1), (all, text) -> all + "b" + index(text))
                        .with(c, (all, text) -> all + "c" + index(text))
                        .window("windows", windows),
                a,
                c);
    }

    private <R> CogroupedWindows<String, R> late(
            final CogroupedWindows<String, R> windows,
            final KeyedStream<String, String> a,
            final KeyedStream<String, String> c) {
        return windows.late(a, late -> late.to(sink("late.a"))).late(c, late -> late.to(sink("late.c")));
    }

    private void write(final CogroupedWindows<String, ?> windows) {
        windows.aggregate()
                .map(window -> window.startNs() + " to " + window.endNs() + ": " + window.value(), Codecs.string())
                .to(sink("main"));
    }

    private static String index(final String text) {
        return text.split(" ")[2];
    }

    private static String numbers(final List<String> texts) {
        return texts.stream().filter(text -> side(text) == 0).count() + " " + sum(texts, 1) + " " + sum(texts, 2);
    }

    private static long sum(final List<String> texts, final int side) {
        return texts.stream()
                .filter(text -> side(text) == side)
                .mapToLong(Feed::number)
                .sum();
    }

    private static String inOrder(final List<String> texts) {
        return texts.stream().map(text -> INPUTS.get(side(text)) + index(text)).collect(Collectors.joining());
    }

    private static int side(final String text) {
        return text.charAt(text.length() - 1);
    }
}
