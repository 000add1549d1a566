package io.millrace.torture.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A command of the topic {@code __broker}, read by {@code millrace-broker.xml} alone: a header of 8 bytes (block length, number of the command,
 * schema, version), a block, and groups of entries with the length and the number of their blocks in front.
 */
final class BrokerCommand {
    static final int NODE_STARTED = 1;
    static final int TICK = 2;
    static final int LEAVE = 3;
    static final int SNAPSHOT_PART = 4;
    static final int GROUP_JOIN = 11;
    static final int QUEUE_ATTACH = 22;
    static final int QUEUE_DELIVER = 23;
    static final int QUEUE_SETTLE = 24;
    static final int ACK = 0;
    static final int NACK = 1;
    static final int EXTEND = 2;

    private static final int HEADER_LENGTH = 8;
    private static final int GROUP_HEADER_LENGTH = 4;

    private final ByteBuffer buffer;
    private final long logTimeNs;

    BrokerCommand(final StoredRecord record) {
        this.buffer = ByteBuffer.wrap(record.value()).order(ByteOrder.LITTLE_ENDIAN);
        this.logTimeNs = record.logTimeNs();
    }

    long logTimeNs() {
        return logTimeNs;
    }

    int number() {
        return unsigned(2);
    }

    /** Member of a Leave, QueueDeliver or QueueSettle. */
    long member() {
        return buffer.getLong(HEADER_LENGTH);
    }

    /** Lease of a GroupJoin or QueueAttach, delay of a QueueSettle. */
    long durationNs() {
        return buffer.getLong(HEADER_LENGTH + Long.BYTES);
    }

    /** Key of a GroupJoin or QueueAttach. */
    long key() {
        return buffer.getLong(HEADER_LENGTH);
    }

    int settlement() {
        return buffer.get(HEADER_LENGTH + 2 * Long.BYTES);
    }

    /** How many entries the only group has. */
    int count() {
        return unsigned(HEADER_LENGTH + blockLength() + 2);
    }

    int partition(final int entry) {
        return buffer.getInt(at(entry));
    }

    /** Member of an entry of a Tick. */
    long heard(final int entry) {
        return buffer.getLong(at(entry));
    }

    long deliveredPosition(final int entry) {
        return buffer.getLong(at(entry) + Integer.BYTES);
    }

    int settledDelivery(final int entry) {
        return buffer.getInt(at(entry) + Integer.BYTES);
    }

    long settledPosition(final int entry) {
        return buffer.getLong(at(entry) + 2 * Integer.BYTES);
    }

    private int at(final int entry) {
        final int group = HEADER_LENGTH + blockLength();
        return group + GROUP_HEADER_LENGTH + entry * unsigned(group);
    }

    private int blockLength() {
        return unsigned(0);
    }

    private int unsigned(final int offset) {
        return buffer.getShort(offset) & 0xFFFF;
    }
}
