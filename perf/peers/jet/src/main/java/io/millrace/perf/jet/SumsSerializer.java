package io.millrace.perf.jet;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.StreamSerializer;
import java.io.IOException;

/** Writes sums into snapshots as three numbers; Java's own serialization is much slower, and Hazelcast's manual warns of it. */
final class SumsSerializer implements StreamSerializer<Sums> {
    private static final int TYPE_ID = 1;

    @Override
    public int getTypeId() {
        return TYPE_ID;
    }

    @Override
    public void write(final ObjectDataOutput out, final Sums sums) throws IOException {
        out.writeLong(sums.count());
        out.writeLong(sums.quantity());
        out.writeLong(sums.notional());
    }

    @Override
    public Sums read(final ObjectDataInput in) throws IOException {
        return new Sums(in.readLong(), in.readLong(), in.readLong());
    }
}
