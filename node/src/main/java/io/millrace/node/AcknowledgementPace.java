package io.millrace.node;

import java.util.concurrent.TimeUnit;

/**
 * Says when an acknowledgement is worth a message of its own. One producer; the node's agent thread.
 *
 * <p>A publisher that waits for each acknowledgement gets it at once. One that goes on publishing meanwhile has no use for so many: over a
 * network each is a datagram more, beside the record's own and its delivery. Which of the two it is can only be found out by holding one
 * back for a moment: when the next records come all the same, and keep coming, one acknowledgement goes for all of them. As soon as they
 * stop the acknowledgement leaves, and the next ones leave at once, until it is tried again.
 *
 * <p>What is held back leaves without anything else having to happen: after {@link #QUIET_NS} in which no record has come, after
 * {@link #HOLD_NS} in any case, and at once when {@link #MAX_RECORDS} wait. Trials that find a publisher waiting get rarer, so that they
 * cost it less than a hundredth of its time.
 */
final class AcknowledgementPace {
    /** Longest wait of an acknowledgement. */
    static final long HOLD_NS = TimeUnit.MICROSECONDS.toNanos(60);

    /** Wait after the last record that came. */
    static final long QUIET_NS = TimeUnit.MICROSECONDS.toNanos(20);

    /** So many records at once are worth a message. */
    static final int MAX_RECORDS = 64;

    static final int MIN_TRIAL_INTERVAL = 8;
    static final int MAX_TRIAL_INTERVAL = 256;

    private boolean isHolding;
    private boolean isStreaming;
    private int recordCount;
    private int seenCount;
    private long heldSinceNs;
    private long lastRecordNs;
    private int trialInterval = MIN_TRIAL_INTERVAL;
    private int untilTrial = MIN_TRIAL_INTERVAL;

    /** A record was appended. */
    void onRecord() {
        recordCount++;
    }

    /** Whether an acknowledgement that could leave is to leave now; asked in each duty cycle as long as there is one. */
    boolean isDue(final long nowNs) {
        if (recordCount >= MAX_RECORDS) {
            return true;
        }
        if (!isHolding) {
            if (!isStreaming && --untilTrial > 0) {
                return true;
            }
            isHolding = true;
            heldSinceNs = nowNs;
            lastRecordNs = nowNs;
            seenCount = recordCount;
            return false;
        }
        if (recordCount != seenCount) {
            seenCount = recordCount;
            lastRecordNs = nowNs;
        }
        if (nowNs - lastRecordNs >= QUIET_NS) {
            isStreaming = false;
            trialInterval = Math.min(MAX_TRIAL_INTERVAL, trialInterval * 2);
            return true;
        }
        if (nowNs - heldSinceNs >= HOLD_NS) {
            isStreaming = true;
            trialInterval = MIN_TRIAL_INTERVAL;
            return true;
        }
        return false;
    }

    /** The acknowledgement has left. */
    void onSent() {
        recordCount = 0;
        if (isHolding) {
            isHolding = false;
            untilTrial = trialInterval;
        }
    }
}
