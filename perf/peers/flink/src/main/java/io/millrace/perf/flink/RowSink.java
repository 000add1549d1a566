package io.millrace.perf.flink;

import io.millrace.examples.nexmark.RowSum;
import io.millrace.perf.compare.nexmark.PeerQueries;
import io.millrace.perf.compare.nexmark.PeerRun;
import java.io.Serial;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** Takes every row into the sum of the process, and keeps none. */
final class RowSink implements Sink<String> {
    @Serial
    private static final long serialVersionUID = 1;

    @Override
    public SinkWriter<String> createWriter(final WriterInitContext context) {
        final PeerRun run = PeerQueries.current();
        return new Writer(run, run.openSink());
    }

    private record Writer(PeerRun run, RowSum rows) implements SinkWriter<String> {
        @Override
        public void write(final String row, final Context context) {
            rows.add(row);
        }

        /** There are no checkpoints: it comes once, at the end. */
        @Override
        public void flush(final boolean isEndOfInput) {
            if (isEndOfInput) {
                run.closeSink();
            }
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }
}
