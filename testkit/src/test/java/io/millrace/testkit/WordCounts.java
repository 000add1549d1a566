package io.millrace.testkit;

import io.millrace.streams.Codecs;
import io.millrace.streams.Topology;
import io.millrace.streams.Windows;
import java.time.Duration;

/** Counts words; the results tell where the window begins, in ms from the beginning of the virtual clock. */
final class WordCounts {
    private WordCounts() {}

    static Topology per(final Duration size) {
        final Topology topology = Topology.named("word-counts");
        topology.stream("words", Codecs.string())
                .keyBy("by-word", Codecs.string(), word -> word)
                .window("per-window", Windows.tumbling(size))
                .late(late -> late.to("words.late"))
                .count()
                .map(
                        count -> count.key() + " "
                                + Duration.between(VirtualClock.BEGIN, VirtualClock.instant(count.startNs()))
                                        .toMillis()
                                + " " + count.value(),
                        Codecs.string())
                .to("counts");
        return topology;
    }
}
