package io.millrace.log.storage;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** Direct buffers that the files of many images use one after another. Their capacities are powers of two. */
final class ImageBuffers {
    private final Map<Integer, ArrayDeque<UnsafeBuffer>> free = new HashMap<>();

    /** A buffer whose bytes may be anything. */
    UnsafeBuffer take(final int minCapacity) {
        final int capacity = BitUtil.findNextPositivePowerOfTwo(Math.max(minCapacity, CrashImageStorage.PAGE_LENGTH));
        final ArrayDeque<UnsafeBuffer> buffers = free.get(capacity);
        return buffers == null || buffers.isEmpty()
                ? new UnsafeBuffer(ByteBuffer.allocateDirect(capacity))
                : buffers.pop();
    }

    UnsafeBuffer takeZeroed(final int minCapacity) {
        final UnsafeBuffer buffer = take(minCapacity);
        buffer.setMemory(0, buffer.capacity(), (byte) 0);
        return buffer;
    }

    /** Takes a buffer back, which may be null. */
    void give(final UnsafeBuffer buffer) {
        if (buffer != null) {
            free.computeIfAbsent(buffer.capacity(), ignored -> new ArrayDeque<>())
                    .push(buffer);
        }
    }
}
