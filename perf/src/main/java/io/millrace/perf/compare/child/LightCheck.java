package io.millrace.perf.compare.child;

import io.millrace.perf.compare.contender.MessageHandler;
import org.agrona.DirectBuffer;

/** Looks at the first and the last word of each message, so that it costs a reader little: for the loops that are timed. */
final class LightCheck implements MessageHandler {
    private long count;
    private long difference;
    private long sum;

    @Override
    public void onMessage(final DirectBuffer buffer, final int offset, final int length) {
        final long first = buffer.getLong(offset);
        difference |= Messages.last(first) ^ buffer.getLong(offset + length - Long.BYTES);
        sum += first;
        count++;
    }

    long count() {
        return count;
    }

    /** Insists on the messages of streams from 0, each with the same number. */
    void verify(final int streams, final long countPerStream) {
        final long first = (long) streams * (streams - 1) / 2 << Messages.STREAM_SHIFT;
        final long expected = first * countPerStream + streams * (countPerStream * (countPerStream - 1) / 2);
        if (difference != 0 || count != streams * countPerStream || sum != expected) {
            throw new VerificationException("the messages read are not those appended: count=" + count + " of "
                    + streams * countPerStream + " sum=" + sum + " expected=" + expected);
        }
    }
}
