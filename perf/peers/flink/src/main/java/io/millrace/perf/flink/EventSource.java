package io.millrace.perf.flink;

import io.millrace.perf.compare.nexmark.NexmarkBlock;
import io.millrace.perf.compare.nexmark.NexmarkEvent;
import io.millrace.perf.compare.nexmark.PeerQueries;
import java.io.Serial;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** Events out of memory, some hundred at a time; each of several readers gives out every so manieth. */
final class EventSource implements Source<NexmarkEvent, NoSplit, Void> {
    @Serial
    private static final long serialVersionUID = 1;

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.BOUNDED;
    }

    @Override
    public SourceReader<NexmarkEvent, NoSplit> createReader(final SourceReaderContext context) {
        return new Reader(PeerQueries.events(), context.getIndexOfSubtask(), context.currentParallelism());
    }

    @Override
    public SplitEnumerator<NoSplit, Void> createEnumerator(final SplitEnumeratorContext<NoSplit> context) {
        return new NoSplit.Enumerator();
    }

    @Override
    public SplitEnumerator<NoSplit, Void> restoreEnumerator(
            final SplitEnumeratorContext<NoSplit> context, final Void checkpoint) {
        throw new UnsupportedOperationException("nothing is ever restored");
    }

    @Override
    public SimpleVersionedSerializer<NoSplit> getSplitSerializer() {
        return new NoSplit.Serializer<>();
    }

    @Override
    public SimpleVersionedSerializer<Void> getEnumeratorCheckpointSerializer() {
        return new NoSplit.Serializer<>();
    }

    private static final class Reader implements SourceReader<NexmarkEvent, NoSplit> {
        private static final int BATCH = 256;

        private final NexmarkBlock events;
        private final int step;
        private int next;
        private boolean hasBegun;

        Reader(final NexmarkBlock events, final int first, final int step) {
            this.events = events;
            this.next = first;
            this.step = step;
        }

        @Override
        public InputStatus pollNext(final ReaderOutput<NexmarkEvent> output) {
            if (!hasBegun) {
                hasBegun = true;
                PeerQueries.current().onFirstEvent();
            }
            for (int i = 0; i < BATCH && next < events.count(); i++) {
                final NexmarkEvent event = events.get(next);
                output.collect(event, event.ts());
                next += step;
            }
            return next < events.count() ? InputStatus.MORE_AVAILABLE : InputStatus.END_OF_INPUT;
        }

        @Override
        public void start() {
            // There is nothing to ask for.
        }

        @Override
        public CompletableFuture<Void> isAvailable() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public List<NoSplit> snapshotState(final long checkpointId) {
            return List.of();
        }

        @Override
        public void addSplits(final List<NoSplit> splits) {
            throw new UnsupportedOperationException("nobody has splits to add");
        }

        @Override
        public void notifyNoMoreSplits() {
            // Nobody does.
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }
}
