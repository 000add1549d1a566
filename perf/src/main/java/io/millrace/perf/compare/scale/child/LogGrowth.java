package io.millrace.perf.compare.scale.child;

import io.millrace.log.LogAppender;
import io.millrace.log.LogContext;
import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.perf.compare.scale.ScaleMeasure;
import io.millrace.perf.compare.scale.ScaleOutcome;
import io.millrace.perf.compare.scale.ScaleTask;
import io.millrace.perf.compare.scale.ThreadTime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * A log that grows. One process fills it up to a length, takes the time of the last appends, and ends without closing it, as one that
 * is killed. Another one opens what is left, reads all of it, looks for records anywhere in it, closes it, and opens it again.
 */
public final class LogGrowth implements ScaleMeasure {
    private static final int RECORD_LENGTH = RecordDescriptor.align(RecordDescriptor.HEADER_LENGTH + Numbered.LENGTH);

    /** A power of two, so that a length of the log is a number of whole rounds. */
    private static final int ROUNDS = 8;

    /** The last of the log, in which times are taken. */
    private static final int TIMED_SHARE = 4;

    private static final int SEGMENT_SHARE = 8;

    /** Creates one; nothing is open until it runs. */
    public LogGrowth() {}

    @Override
    public ScaleOutcome run(final ScaleTask task) throws IOException {
        final Map<String, Double> figures = new TreeMap<>();
        final long count = count(task, task.size());
        if (task.part().equals("fill")) {
            fill(task, count, figures);
            return new ScaleOutcome(figures, count, Numbered.checksum(count));
        }
        return measure(task, figures);
    }

    private static long count(final ScaleTask task, final long size) {
        return size * task.scale().logUnit() / RECORD_LENGTH / ROUNDS * ROUNDS;
    }

    private static LogContext context(final Path directory) {
        return new LogContext().directory(directory.resolve("store"));
    }

    /** The appender of the timed records gets no time to rest: what growth costs, it costs here. */
    private static void fill(final ScaleTask task, final long count, final Map<String, Double> figures)
            throws IOException {
        final Numbered numbered = new Numbered();
        final LogStore store = LogStore.launch(context(task.directory()));
        final int segmentLength =
                (int) Math.min(LogContext.DEFAULT_SEGMENT_LENGTH, task.scale().logUnit() / SEGMENT_SHARE);
        final LogAppender appender = store.createTopic(TopicSpec.named("t").segmentLength(segmentLength))
                .partition(0)
                .appender();
        final int round = (int) (count(task, 1) / TIMED_SHARE / ROUNDS);
        final long timedFrom = count - (long) round * ROUNDS;
        numbered.append(appender, count(task, task.before()), timedFrom);
        final Samples samples = new Samples();
        for (long from = timedFrom; from < count; from += round) {
            final long startNs = ThreadTime.ns();
            numbered.append(appender, from, from + round);
            samples.add(ThreadTime.ns() - startNs, round);
        }
        figures.put("append", samples.median());
        figures.put("copy", ColdCopy.nsPerRecord(task.directory(), round));
        // The store stays open: this process ends as one that is killed.
    }

    private static ScaleOutcome measure(final ScaleTask task, final Map<String, Double> figures) {
        long startNs = System.nanoTime();
        LogStore store = LogStore.launch(context(task.directory()));
        figures.put("killed", (double) (System.nanoTime() - startNs));
        final ReadAll all = new ReadAll(task.scale().appends() / 100);
        try {
            final LogPartition partition = store.topic("t").partition(0);
            try (LogReader reader = partition.reader()) {
                figures.put("read", all.run(reader, count(task, task.size())));
                figures.put("seek", all.seek(reader));
                figures.put("time", all.seekTime(reader));
            }
        } finally {
            store.close();
        }
        startNs = System.nanoTime();
        store = LogStore.launch(context(task.directory()));
        figures.put("clean", (double) (System.nanoTime() - startNs));
        store.close();
        return new ScaleOutcome(figures, all.count(), all.checksum());
    }
}
