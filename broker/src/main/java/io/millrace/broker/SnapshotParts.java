package io.millrace.broker;

import io.millrace.broker.codec.SnapshotPartDecoder;
import java.util.Arrays;

/** Puts the pieces of a snapshot together. One that was not written to its end is no snapshot. */
final class SnapshotParts {
    private byte[] bytes = new byte[0];
    private int next;

    /** The whole when this was its last piece, else null. */
    byte[] add(final SnapshotPartDecoder part) {
        if (part.index() == 0) {
            next = 0;
            bytes = new byte[0];
        }
        if (part.index() != next) {
            return null;
        }
        next++;
        final int length = part.bytesLength();
        final int offset = bytes.length;
        bytes = Arrays.copyOf(bytes, offset + length);
        part.getBytes(bytes, offset, length);
        if (next < part.count()) {
            return null;
        }
        final byte[] whole = bytes;
        bytes = new byte[0];
        next = 0;
        return whole;
    }
}
