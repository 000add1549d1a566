package io.millrace.perf.flink;

import java.nio.ByteBuffer;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * All trades, of which there is one split.
 *
 * @param next number of the trade that comes next, from 0.
 */
record TradeSplit(int next) implements SourceSplit {
    @Override
    public String splitId() {
        return "trades";
    }

    /** Writes the number. */
    static final class Serializer implements SimpleVersionedSerializer<TradeSplit> {
        @Override
        public int getVersion() {
            return 1;
        }

        @Override
        public byte[] serialize(final TradeSplit split) {
            return ByteBuffer.allocate(Integer.BYTES).putInt(split.next).array();
        }

        @Override
        public TradeSplit deserialize(final int version, final byte[] serialized) {
            return new TradeSplit(ByteBuffer.wrap(serialized).getInt());
        }
    }
}
