package io.millrace.perf.compare.child;

import io.millrace.perf.compare.contender.MessageHandler;
import org.agrona.DirectBuffer;

/**
 * Insists on every message of each stream, in order, each once. Compares all bytes of the first messages of a stream, and the first
 * and the last word of the rest, so that it costs a reader little where time is taken.
 */
final class StreamCheck implements MessageHandler {
    private static final int VALUE_INDEX = Long.BYTES;

    private final int length;
    private final long wholeCount;
    private final long[] counts;
    private final Messages[] expected;
    private long total;

    /**
     * @param streams    from 0.
     * @param wholeCount how many messages of each stream are compared byte by byte.
     */
    StreamCheck(final int length, final int streams, final long wholeCount) {
        this.length = length;
        this.wholeCount = wholeCount;
        this.counts = new long[streams];
        this.expected = new Messages[streams];
        for (int i = 0; i < streams; i++) {
            expected[i] = new Messages(length, i);
        }
    }

    @Override
    public void onMessage(final DirectBuffer buffer, final int offset, final int messageLength) {
        final long first = messageLength == length ? buffer.getLong(offset) : -1;
        final int stream = (int) (first >>> Messages.STREAM_SHIFT);
        final long sequence = first & ((1L << Messages.STREAM_SHIFT) - 1);
        if (stream < 0 || stream >= counts.length || sequence != counts[stream]) {
            throw new VerificationException("message " + total + " is not the one that was published: length="
                    + messageLength + " stream=" + stream + " sequence=" + sequence);
        }
        if (buffer.getLong(offset + length - Long.BYTES) != Messages.last(first)
                || (sequence < wholeCount && !isWhole(stream, sequence, buffer, offset))) {
            throw new VerificationException(
                    "the content of a message differs: stream=" + stream + " sequence=" + sequence);
        }
        counts[stream] = sequence + 1;
        total++;
    }

    /** How many messages have come. */
    long total() {
        return total;
    }

    /** The value word is what the caller compares, if it carries anything. */
    private boolean isWhole(final int stream, final long sequence, final DirectBuffer buffer, final int offset) {
        final DirectBuffer wanted = expected[stream].at(sequence);
        for (int i = VALUE_INDEX + Long.BYTES; i < length; i += Long.BYTES) {
            if (wanted.getLong(i) != buffer.getLong(offset + i)) {
                return false;
            }
        }
        return true;
    }
}
