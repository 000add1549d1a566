package io.millrace.examples.nexmark;

import io.millrace.examples.data.DataFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The events of a file in a log, and queries over them as often as one likes, for those who measure. Used by one thread. */
public final class NexmarkTrial implements AutoCloseable {
    private final NexmarkRun run;
    private final int partitions;
    private final long events;

    /**
     * Reads a file into a new log.
     *
     * @param directory  of the log.
     * @param file       of events, plain or gzip.
     * @param partitions of the events; a job has as many threads.
     */
    public NexmarkTrial(final Path directory, final Path file, final int partitions) {
        this.partitions = partitions;
        run = new NexmarkRun(directory, NexmarkRun.SEGMENT_LENGTH, partitions, null);
        events =
                run.feed(new EventFile(file.toString(), () -> DataFile.unpacked(Files.newInputStream(file))), () -> {});
    }

    /**
     * Names of all queries.
     *
     * @return the names, such as {@code q5b}.
     */
    public static List<String> queries() {
        return Queries.ALL.stream().map(Query::name).toList();
    }

    /**
     * Finds a query.
     *
     * @param typed its name; without the letter behind; or its number alone.
     * @return its name, null if there is none.
     */
    public static String queryNamed(final String typed) {
        final Query query = Queries.named(typed);
        return query == null ? null : query.name();
    }

    /**
     * What a query asks for.
     *
     * @param query its name.
     * @return a line.
     */
    public static String summary(final String query) {
        return Queries.named(query).summary();
    }

    /**
     * How many events there are.
     *
     * @return their number.
     */
    public long events() {
        return events;
    }

    /**
     * Runs a query from the first event to the end of the input, without checkpoints.
     *
     * @param query   its name.
     * @param name    under which the job runs; another one for each time.
     * @param onStart called right before the job starts.
     * @param onEnd   called when all rows are in the log.
     * @return the rows that are in the log then.
     * @throws InterruptedException if the thread is interrupted while it waits.
     * @throws IOException          never; rows go to memory.
     */
    public RowSum run(final String query, final String name, final Runnable onStart, final Runnable onEnd)
            throws InterruptedException, IOException {
        final Query asked = Queries.named(query);
        run.runAs(asked, name, partitions, onStart, onEnd);
        final RowSum sum = new RowSum();
        run.writeAs(asked, name, sum.writer());
        return sum;
    }

    @Override
    public void close() {
        run.close();
    }
}
