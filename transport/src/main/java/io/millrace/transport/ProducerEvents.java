package io.millrace.transport;

import io.millrace.log.error.ErrorCode;
import io.millrace.transport.protocol.OpenedProducer;
import java.util.Arrays;

/** What a publisher does with what the node says: it remembers its producer, and what is acknowledged. One thread. */
final class ProducerEvents extends SessionEvents {
    private static final long NONE = -1L;

    private long openedId;
    private OpenedProducer opened;
    private long[] acknowledgedSequences = new long[0];
    private boolean hasNews;

    /** Whether the node has opened the producer that was asked for. */
    boolean isOpened(final long correlationId) {
        return openedId == correlationId;
    }

    /** The producer that was opened last. */
    OpenedProducer opened() {
        return opened;
    }

    /** Up to which sequence the log holds each partition, maybe from an earlier run; the same array at each call. */
    long[] acknowledgedSequences() {
        return acknowledgedSequences;
    }

    /** Whether anything was acknowledged since the last call. */
    boolean takeNews() {
        final boolean result = hasNews;
        hasNews = false;
        return result;
    }

    @Override
    public void onProducerOpened(final long correlationId, final OpenedProducer producer) {
        if (producer.lastSequences().length == 0) {
            fail(ErrorCode.TRANSPORT, "node answered with no partition: producer=" + producer.handle());
            return;
        }
        if (opened == null) {
            acknowledgedSequences = new long[producer.lastSequences().length];
            Arrays.fill(acknowledgedSequences, NONE);
        }
        opened = producer;
        openedId = correlationId;
    }

    @Override
    public void onAcknowledge(final int producer, final int partition, final long sequence) {
        if (opened != null
                && producer == opened.handle()
                && partition >= 0
                && partition < acknowledgedSequences.length
                && sequence >= acknowledgedSequences[partition]) {
            // The same once more is news, too: what was sent again since then is acknowledged by it.
            acknowledgedSequences[partition] = sequence;
            hasNews = true;
        }
    }
}
