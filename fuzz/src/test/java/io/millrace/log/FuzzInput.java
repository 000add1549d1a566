package io.millrace.log;

/** Takes decisions from bytes; zeros when there are none left. */
final class FuzzInput {
    private final byte[] bytes;
    private int index;

    FuzzInput(final byte[] bytes) {
        this.bytes = bytes;
    }

    boolean hasMore() {
        return index < bytes.length;
    }

    int nextByte() {
        return index < bytes.length ? bytes[index++] & 0xFF : 0;
    }

    /** A number from 0 to 65,535. */
    int nextShort() {
        return nextByte() | nextByte() << 8;
    }

    int nextInt() {
        return nextShort() | nextShort() << 16;
    }

    long nextLong() {
        return nextInt() & 0xFFFF_FFFFL | (long) nextInt() << 32;
    }

    /** A number from 0 to bound - 1. */
    int next(final int bound) {
        return (bound <= 256 ? nextByte() : nextShort()) % bound;
    }

    byte[] nextBytes(final int length) {
        final byte[] result = new byte[length];
        for (int i = 0; i < length; i++) {
            result[i] = (byte) nextByte();
        }
        return result;
    }

    byte[] rest() {
        return nextBytes(bytes.length - index);
    }
}
