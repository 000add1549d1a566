package io.millrace.perf.compare.contender;

import io.aeron.Publication;
import org.agrona.DirectBuffer;

/** Offers messages to a publication until it takes them. */
class AeronAppender implements MessageAppender {
    private final Publication publication;

    AeronAppender(final Publication publication) {
        this.publication = publication;
    }

    @Override
    public void append(final DirectBuffer message, final int length) {
        while (true) {
            final long position = publication.offer(message, 0, length);
            if (position > 0) {
                return;
            }
            if (position == Publication.CLOSED || position == Publication.MAX_POSITION_EXCEEDED) {
                throw new IllegalStateException("the publication refused a message: " + position);
            }
            Thread.onSpinWait(); // no subscriber yet, no room, or the log buffer is being rotated
        }
    }

    @Override
    public void close() {
        publication.close();
    }
}
