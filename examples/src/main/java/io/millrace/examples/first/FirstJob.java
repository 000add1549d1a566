package io.millrace.examples.first;

import io.millrace.log.*;
import io.millrace.log.record.RecordKind;
import io.millrace.streams.*;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.agrona.concurrent.UnsafeBuffer;

/** Counts the words of each second: the job of the README, word for word. */
final class FirstJob {
    public static void main(final String[] args) throws Exception {
        final Path directory = Files.createTempDirectory("first-job");
        try (LogStore store =
                LogStore.launch(new LogContext().directory(directory).segmentLength(1 << 20))) {
            final LogAppender words =
                    store.createTopic(TopicSpec.named("words")).partition(0).appender();
            long timeNs = 0;
            for (final String word : "to be or not to be that is the question".split(" ")) {
                final UnsafeBuffer value = new UnsafeBuffer(word.getBytes());
                words.append(RecordKind.DATA, timeNs += 200_000_000, value, 0, 0, value, 0, value.capacity());
            }
            words.append(RecordKind.WATERMARK, Long.MAX_VALUE, null, 0, 0, null, 0, 0); // no more will come

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
