package io.millrace.examples.first;

import io.millrace.log.*;
import io.millrace.streams.*;
import java.nio.file.Files;
import java.time.Duration;

/** Counts the words of each second: the job of the README, word for word. */
final class FirstJob {
    public static void main(final String[] args) throws Exception {
        final LogContext log = new LogContext().directory(Files.createTempDirectory("first-job"));
        try (LogStore store = LogStore.launch(log.segmentLength(1 << 20))) {
            final TopicAppender<String> words = TopicAppender.open(store, "words", Codecs.string());
            long timeNs = 0;
            for (final String word : "to be or not to be that is the question".split(" ")) {
                words.append(timeNs += 200_000_000, word);
            }
            words.end(); // no more will come

            final Topology topology = Topology.named("word-count");
            topology.stream("words", Codecs.string())
                    .keyBy("by-word", Codecs.string(), word -> word)
                    .window("each-second", Windows.tumbling(Duration.ofSeconds(1)))
                    .count()
                    .map(w -> w.startNs() / 1_000_000_000 + " s: " + w.key() + " " + w.value(), Codecs.string())
                    .peek(System.out::println)
                    .to("word-counts");
            try (Job job = Job.start(store, topology)) {
                job.awaitCompletion(Duration.ofSeconds(30));
            }
        }
    }
}
