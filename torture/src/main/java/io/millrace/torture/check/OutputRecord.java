package io.millrace.torture.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/**
 * What of a record the input of a job decides; equal when all of it is, byte for byte.
 *
 * @param kind        see {@link StoredRecord.Kind}.
 * @param eventTimeNs since the epoch.
 * @param key         not to be changed.
 * @param value       not to be changed.
 */
record OutputRecord(byte kind, long eventTimeNs, byte[] key, byte[] value) {
    private static final int MAX_SHOWN = 80;

    /** A value under a key. */
    static OutputRecord data(final long eventTimeNs, final byte[] key, final byte[] value) {
        return new OutputRecord(StoredRecord.Kind.DATA, eventTimeNs, key, value);
    }

    /** The delete of a key. */
    static OutputRecord delete(final long eventTimeNs, final byte[] key) {
        return new OutputRecord(StoredRecord.Kind.TOMBSTONE, eventTimeNs, key, new byte[0]);
    }

    /** Numbers of 64 bits, one behind the other, the least byte of each first. */
    static byte[] longs(final long... numbers) {
        final ByteBuffer bytes =
                ByteBuffer.allocate(numbers.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (final long number : numbers) {
            bytes.putLong(number);
        }
        return bytes.array();
    }

    /** The number at an index of such bytes. */
    static long longAt(final byte[] bytes, final int index) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(index * Long.BYTES);
    }

    /** All records, each in a place that only its bytes decide. */
    static List<OutputRecord> sorted(final Iterable<OutputRecord> records) {
        final List<OutputRecord> sorted = new ArrayList<>();
        records.forEach(sorted::add);
        sorted.sort(Comparator.comparing(OutputRecord::key, Arrays::compare)
                .thenComparing(OutputRecord::value, Arrays::compare)
                .thenComparingLong(OutputRecord::eventTimeNs)
                .thenComparingInt(OutputRecord::kind));
        return sorted;
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof OutputRecord that
                && kind == that.kind
                && eventTimeNs == that.eventTimeNs
                && Arrays.equals(key, that.key)
                && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return ((Byte.hashCode(kind) * 31 + Long.hashCode(eventTimeNs)) * 31 + Arrays.hashCode(key)) * 31
                + Arrays.hashCode(value);
    }

    @Override
    public String toString() {
        return "{" + (kind == StoredRecord.Kind.DATA ? "" : "kind=" + kind + " ") + "eventTimeNs=" + eventTimeNs
                + " key=" + decoded(key) + " value=" + decoded(value) + "}";
    }

    // Text where it is some, numbers where it may be some, otherwise the bytes.
    private static String decoded(final byte[] bytes) {
        if (bytes.length == 0) {
            return "none";
        }
        if (isText(bytes)) {
            final String text = new String(bytes, java.nio.charset.StandardCharsets.US_ASCII);
            return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
        }
        if (bytes.length % Long.BYTES == 0 && bytes.length <= MAX_SHOWN) {
            final StringBuilder numbers = new StringBuilder("[");
            for (int i = 0; i < bytes.length / Long.BYTES; i++) {
                numbers.append(i == 0 ? "" : " ").append(longAt(bytes, i));
            }
            return numbers.append(']').toString();
        }
        final int shown = Math.min(bytes.length, MAX_SHOWN / 2);
        return "0x" + HexFormat.of().formatHex(bytes, 0, shown) + (shown < bytes.length ? "…" : "");
    }

    private static boolean isText(final byte[] bytes) {
        for (final byte each : bytes) {
            if (each < ' ' || each > '~') {
                return false;
            }
        }
        return true;
    }
}
