package io.millrace.node;

import static io.aeron.AeronCounters.DRIVER_RECEIVER_POS_TYPE_ID;
import static io.aeron.AeronCounters.DRIVER_SUBSCRIBER_POSITION_TYPE_ID;

import io.aeron.Image;
import io.aeron.Subscription;

/** The streams of commands that a node's driver receives on its port, as whoever listens there would see them. */
final class IngressStreams {
    private static final int SESSION_ID_OFFSET = 8;
    private static final int STREAM_ID_OFFSET = 12;

    private IngressStreams() {}

    static int count(final Node node) {
        final int[] count = new int[1];
        node.aeron().countersReader().forEach((counterId, typeId, key, label) -> {
            if (typeId == DRIVER_SUBSCRIBER_POSITION_TYPE_ID
                    && key.getInt(STREAM_ID_OFFSET) == node.ingressStreamId()) {
                count[0]++;
            }
        });
        return count[0];
    }

    static boolean has(final Node node, final int sessionId) {
        final boolean[] isThere = new boolean[1];
        node.aeron().countersReader().forEach((counterId, typeId, key, label) -> {
            isThere[0] |= typeId == DRIVER_RECEIVER_POS_TYPE_ID
                    && key.getInt(STREAM_ID_OFFSET) == node.ingressStreamId()
                    && key.getInt(SESSION_ID_OFFSET) == sessionId;
        });
        return isThere[0];
    }

    /** The Aeron session of the stream that began last: the driver numbers them as they come. */
    static int newest(final Node node) {
        final long[] newest = {Long.MIN_VALUE, 0};
        node.aeron().countersReader().forEach((counterId, typeId, key, label) -> {
            if (typeId == DRIVER_RECEIVER_POS_TYPE_ID
                    && key.getInt(STREAM_ID_OFFSET) == node.ingressStreamId()
                    && key.getLong(0) > newest[0]) {
                newest[0] = key.getLong(0);
                newest[1] = key.getInt(SESSION_ID_OFFSET);
            }
        });
        return (int) newest[1];
    }

    /** Puts a message where the next one of the newest stream would come. Its node needs a port that was chosen for it. */
    static void forgeNext(final Node node, final Forgery forgery, final byte[] message) {
        final int sessionId = newest(node);
        try (Subscription tap = node.aeron().addSubscription(node.ingressChannel(), node.ingressStreamId())) {
            NodeFixture.await("a look at the stream", () -> tap.imageBySessionId(sessionId) != null);
            final Image image = tap.imageBySessionId(sessionId);
            final int termLength = image.termBufferLength();
            final long position = image.position();
            final int termId = image.initialTermId() + (int) (position / termLength);
            forgery.data(sessionId, termId, (int) (position % termLength), message);
        }
    }
}
