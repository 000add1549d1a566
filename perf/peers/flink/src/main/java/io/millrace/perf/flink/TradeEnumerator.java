package io.millrace.perf.flink;

import java.util.List;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** Gives the split to the only reader, unless that has it from a checkpoint. */
final class TradeEnumerator implements SplitEnumerator<TradeSplit, Boolean> {
    private final SplitEnumeratorContext<TradeSplit> context;
    private boolean isAssigned;

    TradeEnumerator(final SplitEnumeratorContext<TradeSplit> context, final boolean isAssigned) {
        this.context = context;
        this.isAssigned = isAssigned;
    }

    @Override
    public void start() {
        // There is nothing to find.
    }

    @Override
    public void handleSplitRequest(final int subtaskId, final String requesterHostname) {
        // Nobody asks.
    }

    @Override
    public void addSplitsBack(final List<TradeSplit> splits, final int subtaskId) {
        isAssigned = splits.isEmpty() && isAssigned;
    }

    @Override
    public void addReader(final int subtaskId) {
        if (!isAssigned) {
            isAssigned = true;
            context.assignSplit(new TradeSplit(0), subtaskId);
        }
    }

    @Override
    public Boolean snapshotState(final long checkpointId) {
        return isAssigned;
    }

    @Override
    public void close() {
        // Holds nothing.
    }

    /** Writes whether the split is given. */
    static final class Serializer implements SimpleVersionedSerializer<Boolean> {
        @Override
        public int getVersion() {
            return 1;
        }

        @Override
        public byte[] serialize(final Boolean isAssigned) {
            return new byte[] {(byte) (isAssigned ? 1 : 0)};
        }

        @Override
        public Boolean deserialize(final int version, final byte[] serialized) {
            return serialized[0] != 0;
        }
    }
}
