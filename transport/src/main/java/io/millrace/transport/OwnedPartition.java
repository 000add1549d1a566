package io.millrace.transport;

import io.millrace.transport.protocol.AssignedPartition;
import io.millrace.transport.protocol.CommitEntry;

/** A partition that a member owns: how far it has processed it, and what of that it has said. */
final class OwnedPartition {
    private static final long UNKNOWN = -1;

    private final AssignedPartition assigned;
    private long position;
    private long sentPosition;
    private long confirmedPosition;
    private long endPosition = UNKNOWN;
    private boolean isConfirmed = true;
    private boolean isRevoked;

    OwnedPartition(final AssignedPartition assigned) {
        this.assigned = assigned;
        this.position = assigned.position();
        this.sentPosition = assigned.position();
        this.confirmedPosition = assigned.position();
    }

    String topic() {
        return assigned.topic();
    }

    int topicIndex() {
        return assigned.topicIndex();
    }

    int partition() {
        return assigned.partition();
    }

    int partitionCount() {
        return assigned.partitionCount();
    }

    long epoch() {
        return assigned.epoch();
    }

    boolean is(final int topicIndex, final int partition) {
        return assigned.topicIndex() == topicIndex && assigned.partition() == partition;
    }

    long position() {
        return position;
    }

    void processedTo(final long newPosition) {
        position = newPosition;
    }

    boolean hasNews() {
        return position > sentPosition;
    }

    /** Whether the node has not confirmed all that is processed, whatever is on its way. */
    boolean isUnconfirmed() {
        return position > confirmedPosition;
    }

    void confirmed(final long committedPosition) {
        confirmedPosition = Math.max(confirmedPosition, committedPosition);
    }

    /** What is to be said of it now. */
    CommitEntry commit() {
        sentPosition = position;
        return new CommitEntry(topicIndex(), partition(), epoch(), position, false);
    }

    CommitEntry release(final boolean withPosition) {
        return new CommitEntry(topicIndex(), partition(), epoch(), withPosition ? position : UNKNOWN, true);
    }

    /** What was said may not have arrived. */
    void unsent() {
        sentPosition = assigned.position();
    }

    void endPosition(final long newEndPosition) {
        endPosition = newEndPosition;
    }

    /** Bytes between what is processed and the end that was known last; 0 before any was. */
    long lag() {
        return Math.max(0, endPosition - position);
    }

    boolean isConfirmed() {
        return isConfirmed;
    }

    void confirmed(final boolean newConfirmed) {
        isConfirmed = newConfirmed;
    }

    boolean isRevoked() {
        return isRevoked;
    }

    void revoke() {
        isRevoked = true;
    }
}
