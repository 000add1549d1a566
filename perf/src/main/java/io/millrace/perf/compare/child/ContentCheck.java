package io.millrace.perf.compare.child;

import io.millrace.perf.compare.contender.MessageHandler;
import io.millrace.perf.compare.contender.MessageReader;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;

/** Takes every byte of every message into a checksum of its stream, and insists on the order within each stream. */
final class ContentCheck implements MessageHandler {
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final int LIMIT = 1000;

    private final int length;
    private final long[] counts;
    private final CRC32C[] checksums;
    private final byte[] bytes;
    private long total;

    ContentCheck(final int length, final int streams) {
        this.length = length;
        this.counts = new long[streams];
        this.checksums = new CRC32C[streams];
        this.bytes = new byte[length];
        for (int i = 0; i < streams; i++) {
            checksums[i] = new CRC32C();
        }
    }

    @Override
    public void onMessage(final DirectBuffer buffer, final int offset, final int messageLength) {
        final long first = buffer.getLong(offset);
        final int stream = (int) (first >>> Messages.STREAM_SHIFT);
        final long sequence = first & ((1L << Messages.STREAM_SHIFT) - 1);
        if (messageLength != length || stream >= counts.length || sequence != counts[stream]) {
            throw new VerificationException("message " + total + " is not the one that was appended: length="
                    + messageLength + " stream=" + stream + " sequence=" + sequence);
        }
        buffer.getBytes(offset, bytes);
        checksums[stream].update(bytes, 0, length);
        counts[stream]++;
        total++;
    }

    /** Reads until a number of messages has come, and then once more. */
    void readAll(final MessageReader reader, final long count) {
        long progressNs = System.nanoTime();
        while (total < count) {
            if (reader.poll(this, LIMIT) > 0) {
                progressNs = System.nanoTime();
            } else if (System.nanoTime() - progressNs > TIMEOUT_NS) {
                throw new VerificationException("messages are missing: " + total + " of " + count + " have come");
            }
        }
        readRest(reader);
        if (total != count) {
            throw new VerificationException("more messages have come than were appended: " + total + " of " + count);
        }
    }

    /** Reads what is there. */
    void readRest(final MessageReader reader) {
        while (reader.poll(this, LIMIT) > 0) {
            // The handler counts.
        }
    }

    long count(final int stream) {
        return counts[stream];
    }

    /** Compares the checksum of each stream with that of what was to be appended. */
    void verify() {
        for (int stream = 0; stream < counts.length; stream++) {
            if (checksums[stream].getValue() != Messages.checksum(length, stream, counts[stream])) {
                throw new VerificationException(
                        "the content of the messages differs: stream=" + stream + " count=" + counts[stream]);
            }
        }
    }
}
