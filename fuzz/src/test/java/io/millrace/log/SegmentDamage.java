package io.millrace.log;

import io.millrace.log.record.RecordChecksum;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.segment.SegmentDescriptor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;

/** Changes the bytes of sound segments step by step, as an input says, and then uses the store. */
final class SegmentDamage {
    private static final int MAX_STEPS = 16;
    private static final List<String> SEGMENTS = FuzzStore.TEMPLATE.keySet().stream()
            .filter(name -> name.endsWith(".seg"))
            .toList();

    private SegmentDamage() {}

    static void run(final FuzzInput input) {
        final Map<String, byte[]> changed = new HashMap<>();
        int steps = 0;
        while (input.hasMore() && steps++ < MAX_STEPS) {
            final String name = SEGMENTS.get(input.next(SEGMENTS.size()));
            final byte[] bytes = changed.computeIfAbsent(name, FuzzStore.TEMPLATE::get);
            changed.put(name, bytes == null ? null : change(bytes.clone(), input));
        }
        new FuzzStore(changed).useAsAnyoneMight();
    }

    private static byte[] change(final byte[] bytes, final FuzzInput input) {
        final int kind = input.next(8);
        if (bytes.length < FuzzStore.SEGMENT_LENGTH) {
            return bytes;
        }
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        final int offset = offset(buffer, input);
        switch (kind) {
            case 0 -> buffer.putInt(offset, input.nextInt());
            case 1 -> buffer.putByte(offset + input.next(64), (byte) input.nextByte());
            case 2 -> buffer.putInt(offset, -buffer.getInt(offset));
            case 3 -> putRecord(buffer, offset, input);
            case 4 -> buffer.setMemory(offset, Math.min(input.nextShort(), bytes.length - offset), (byte) 0);
            case 5 -> {
                final byte[] patch = input.nextBytes(input.next(64));
                buffer.putBytes(offset, patch);
            }
            case 6 -> {
                return Arrays.copyOf(bytes, input.nextShort());
            }
            default -> {
                return input.nextByte() == 0 ? null : bytes;
            }
        }
        return bytes;
    }

    /** A place in the header, the start of a record, or any place. */
    private static int offset(final UnsafeBuffer buffer, final FuzzInput input) {
        final int choice = input.nextByte();
        if (choice < 32) {
            return input.next(SegmentDescriptor.HEADER_LENGTH);
        }
        if (choice < 64) {
            return input.next(buffer.capacity() - 128);
        }
        int offset = SegmentDescriptor.HEADER_LENGTH;
        for (int i = 0; i < (choice & 7); i++) {
            final int length = Math.abs(buffer.getInt(offset));
            if (length < RecordDescriptor.HEADER_LENGTH || length > buffer.capacity() - 128 - offset) {
                break;
            }
            offset += RecordDescriptor.align(length);
        }
        return Math.min(offset, buffer.capacity() - 128);
    }

    /** A record whose header may be anything, and whose checksum is right if the length allows one. */
    private static void putRecord(final UnsafeBuffer buffer, final int offset, final FuzzInput input) {
        final int length = input.nextShort();
        RecordDescriptor.putHeader(
                buffer,
                offset,
                (byte) input.nextByte(),
                input.next(64),
                input.next(4),
                input.nextByte(),
                input.nextByte(),
                input.nextByte());
        buffer.putInt(offset, length);
        if (length >= RecordDescriptor.HEADER_LENGTH && length <= buffer.capacity() - offset) {
            final int crc = new RecordChecksum().compute(buffer, offset, length, offset);
            buffer.putInt(offset + RecordDescriptor.CRC_OFFSET, crc);
        }
    }
}
