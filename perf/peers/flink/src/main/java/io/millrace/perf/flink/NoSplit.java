package io.millrace.perf.flink;

import java.util.List;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** The splits of a source that has none. */
final class NoSplit implements SourceSplit {
    private NoSplit() {}

    @Override
    public String splitId() {
        return "none";
    }

    /** Has nothing to assign. */
    static final class Enumerator implements SplitEnumerator<NoSplit, Void> {
        @Override
        public void start() {
            // There is nothing to find.
        }

        @Override
        public void handleSplitRequest(final int subtaskId, final String requesterHostname) {
            // Nobody asks.
        }

        @Override
        public void addSplitsBack(final List<NoSplit> splits, final int subtaskId) {
            // Nobody has any.
        }

        @Override
        public void addReader(final int subtaskId) {
            // It knows what to read.
        }

        @Override
        public Void snapshotState(final long checkpointId) {
            return null;
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }

    /** Writes nothing. */
    static final class Serializer<T> implements SimpleVersionedSerializer<T> {
        @Override
        public int getVersion() {
            return 1;
        }

        @Override
        public byte[] serialize(final T value) {
            return new byte[0];
        }

        @Override
        public T deserialize(final int version, final byte[] serialized) {
            return null;
        }
    }
}
