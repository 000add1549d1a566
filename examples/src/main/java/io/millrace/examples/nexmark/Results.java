package io.millrace.examples.nexmark;

import io.millrace.log.LogStore;
import io.millrace.streams.Codecs;
import io.millrace.streams.TopicReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** Collects the rows of a query from its topic. */
final class Results {
    private Results() {}

    /**
     * Writes all rows, one a line; of a table, the last row of each key.
     *
     * @param store that holds the topic.
     * @param topic of the query.
     * @param query whose rows they are.
     * @param out   takes the lines.
     * @return how many there are.
     * @throws IOException if they cannot be written.
     */
    static long write(final LogStore store, final String topic, final Query query, final Writer out)
            throws IOException {
        if (!store.hasTopic(topic)) {
            return 0;
        }
        try (TopicReader<String> rows = TopicReader.open(store, topic, Codecs.string())) {
            return query.isTable() ? writeLast(rows, out) : writeAll(rows, out);
        } catch (final UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static long writeAll(final TopicReader<String> rows, final Writer out) {
        final long[] count = new long[1];
        rows.readAll(row -> {
            write(row.value(), out);
            count[0]++;
        });
        return count[0];
    }

    private static long writeLast(final TopicReader<String> rows, final Writer out) {
        final Map<ByteBuffer, String> last = new LinkedHashMap<>();
        rows.readAll(row -> last.put(ByteBuffer.wrap(row.key(Codecs.bytes())), row.value()));
        last.values().forEach(row -> write(row, out));
        return last.size();
    }

    private static void write(final String row, final Writer out) {
        try {
            out.write(row);
            out.write('\n');
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
