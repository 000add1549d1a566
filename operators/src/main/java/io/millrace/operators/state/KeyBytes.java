package io.millrace.operators.state;

import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;

/**
 * Hashes, compares and copies keys word by word: at an address, outside the heap or inside an array, whose bounds the
 * caller has checked. A key that does not fill its last word is compared and stored as if zero bytes followed.
 *
 * <p>The hash multiplies to 128 bits and folds both halves together, which spreads keys that differ in few bits over all
 * 32 bits of the result (the idea is that of the wyhash family). It decides where a key lies in an index and nothing
 * else: no order depends on it. Somebody who chooses keys to collide makes look-ups slow and never wrong.
 */
final class KeyBytes {
    /** Longest key in bytes: the longest of a record, and 8 bytes that an operator puts before it. */
    static final int MAX_LENGTH = 0xFFFF + Long.BYTES;

    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;
    private static final long TAIL_MULTIPLIER = 0xD6E8FEB86659FD93L;
    private static final long LENGTH_MULTIPLIER = 0xA0761D6478BD642FL;

    private KeyBytes() {}

    /** Address of a key within {@link DirectBuffer#byteArray()}, or in memory when that is null. */
    static long address(final DirectBuffer key, final int offset, final int length) {
        if (length == 0) {
            return StateMemory.ZEROS;
        }
        if (length < 0 || length > MAX_LENGTH) {
            throw new IllegalArgumentException("a key is 0 to " + MAX_LENGTH + " bytes long, this one has " + length);
        }
        key.boundsCheck(offset, length);
        return key.addressOffset() + offset;
    }

    static byte[] base(final DirectBuffer key, final int length) {
        return length == 0 ? null : key.byteArray();
    }

    /** Hash of a key of 8 bytes, read as a little-endian number. */
    static int hash(final long key) {
        return fold(mix(key, MULTIPLIER));
    }

    static int hash(final byte[] base, final long address, final int length) {
        if (length == Long.BYTES) {
            return hash(UnsafeApi.getLong(base, address));
        }
        long hash = length * LENGTH_MULTIPLIER;
        final long end = address + (length & -Long.BYTES);
        long at = address;
        while (at < end) {
            hash = mix(hash ^ UnsafeApi.getLong(base, at), MULTIPLIER);
            at += Long.BYTES;
        }
        return fold(mix(hash ^ tail(base, at, length & Long.BYTES - 1), TAIL_MULTIPLIER));
    }

    private static long mix(final long value, final long multiplier) {
        return Math.multiplyHigh(value, multiplier) ^ value * multiplier;
    }

    private static int fold(final long mixed) {
        return (int) (mixed ^ mixed >>> Integer.SIZE);
    }

    /** The last 0 to 7 bytes as a little-endian number. */
    private static long tail(final byte[] base, final long address, final int length) {
        long word = 0;
        int shift = 0;
        long at = address;
        if ((length & Integer.BYTES) != 0) {
            word = UnsafeApi.getInt(base, at) & 0xFFFF_FFFFL;
            shift = Integer.SIZE;
            at += Integer.BYTES;
        }
        if ((length & Short.BYTES) != 0) {
            word |= (UnsafeApi.getShort(base, at) & 0xFFFFL) << shift;
            shift += Short.SIZE;
            at += Short.BYTES;
        }
        return (length & 1) == 0 ? word : word | (UnsafeApi.getByte(base, at) & 0xFFL) << shift;
    }

    /** Compares a key with one that {@link #store} has written. */
    static boolean equal(final long stored, final byte[] base, final long address, final int length) {
        final int words = length & -Long.BYTES;
        for (int i = 0; i < words; i += Long.BYTES) {
            if (UnsafeApi.getLong(null, stored + i) != UnsafeApi.getLong(base, address + i)) {
                return false;
            }
        }
        return words == length
                || UnsafeApi.getLong(null, stored + words) == tail(base, address + words, length - words);
    }

    /** Copies a key and fills its last word with zero bytes. */
    static void store(final long target, final byte[] base, final long address, final int length) {
        final int words = length & -Long.BYTES;
        for (int i = 0; i < words; i += Long.BYTES) {
            UnsafeApi.putLong(null, target + i, UnsafeApi.getLong(base, address + i));
        }
        if (words < length) {
            UnsafeApi.putLong(null, target + words, tail(base, address + words, length - words));
        }
    }
}
