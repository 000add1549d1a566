package io.millrace.log;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.util.concurrent.TimeUnit;

/**
 * Whether a topic that another process owns is still there. Who only reads is told by nobody, and would wait for records of a
 * deleted topic for ever: so it looks, now and then. Any thread.
 */
final class TopicPresence {
    private static final long INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final StoreLayout layout;
    private final String topic;
    private final int topicId;

    private volatile long checkedAtNs = System.nanoTime();
    private volatile boolean isGone;

    TopicPresence(final StoreLayout layout, final String topic, final int topicId) {
        this.layout = layout;
        this.topic = topic;
        this.topicId = topicId;
    }

    /** Refuses a topic that is gone; looks at the disk ten times a second at most. */
    void check() {
        final long nowNs = System.nanoTime();
        if (isGone || nowNs - checkedAtNs > INTERVAL_NS && isGone()) {
            throw deleted(topic);
        }
    }

    /** Looks at the disk, unless it is known already. */
    boolean isGone() {
        if (!isGone) {
            checkedAtNs = System.nanoTime();
            isGone = !layout.isThere(topic, topicId);
        }
        return isGone;
    }

    /** What went wrong, or that the topic is gone when that is why. */
    RuntimeException cause(final RuntimeException seen) {
        return isGone() ? deleted(topic) : seen;
    }

    static MillraceException deleted(final String topic) {
        return new MillraceException(
                ErrorCode.TOPIC_DELETED, "the topic was deleted: topic=" + topic + "; close what uses it");
    }
}
