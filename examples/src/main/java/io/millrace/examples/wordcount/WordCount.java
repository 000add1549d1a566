package io.millrace.examples.wordcount;

import io.millrace.examples.data.Hit;
import io.millrace.examples.run.Example;
import io.millrace.examples.run.ExampleRun;
import io.millrace.operators.codec.Codec;
import io.millrace.streams.Codecs;
import io.millrace.streams.Topology;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts the words in the paths of an access log: a table that is kept up to date, and its changes. */
public final class WordCount implements Example {
    record WordAndCount(String word, long count) {}

    static final Codec<WordAndCount> COUNT = Codecs.records(WordAndCount.class);
    static final int SHOWN = 10;

    /** Creates the example. */
    public WordCount() {}

    static Topology topology() {
        final Topology topology = Topology.named("word-count");
        topology.stream("hits", Hit.CODEC)
                .flatMap(
                        (hit, words) -> Arrays.stream(hit.path().split("[^A-Za-z]+"))
                                .filter(word -> word.length() > 2)
                                .forEach(words),
                        Codecs.string())
                .keyBy("by-word", Codecs.string(), (final String word) -> word)
                .count("counts")
                .toChanges()
                .map(change -> new WordAndCount(change.key(), change.value()), COUNT)
                .to("word-counts");
        return topology;
    }

    @Override
    public void run(final ExampleRun run) throws Exception {
        Hit.append(run.files("access.log.gz"), run.source("hits", Hit.CODEC));
        final long lines = run.finish(topology()).recordsIn();

        final Map<String, Long> counts = new HashMap<>(); // the last change of a word holds its count
        run.results("word-counts", COUNT).forEach(change -> counts.merge(change.word(), change.count(), Math::max));
        final List<Map.Entry<String, Long>> ranking = counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .toList();
        ranking.stream().limit(SHOWN).forEach(word -> run.print("%6d  %s", word.getValue(), word.getKey()));
        run.print(
                "%d words, %d different ones, in %d lines",
                counts.values().stream().mapToLong(Long::longValue).sum(), counts.size(), lines);
    }
}
