package io.millrace.broker;

/**
 * A partition that a group reads: who owns it, under which epoch, and how far the group has come. There is one owner or none, so
 * that no two members ever own it together; each new ownership has a new epoch, so that nobody commits under an old one.
 */
public final class GroupPartition {
    static final int WRITTEN_LENGTH = 7 * Long.BYTES;

    private final int topicIndex;
    private final int index;
    private long committedPosition;
    private long committedAtNs;
    private long ownerId = Member.NONE;
    private long ownedSinceNs;
    private long epoch;
    private long targetId = Member.NONE;
    private long letGoDeadlineNs;

    GroupPartition(final int topicIndex, final int index, final long position) {
        this.topicIndex = topicIndex;
        this.index = index;
        this.committedPosition = position;
    }

    /** One in the place of others that had epochs up to this. */
    GroupPartition(final int topicIndex, final int index, final long position, final long formerEpoch) {
        this(topicIndex, index, position);
        this.epoch = formerEpoch;
    }

    /**
     * Tells the topic.
     *
     * @return index of the group's topics.
     */
    public int topicIndex() {
        return topicIndex;
    }

    /**
     * Tells the partition.
     *
     * @return number of the partition in its topic.
     */
    public int index() {
        return index;
    }

    /**
     * Tells how far the group has come.
     *
     * @return position of the next record to process.
     */
    public long committedPosition() {
        return committedPosition;
    }

    /**
     * Tells when that was said.
     *
     * @return log time in ns since the epoch, 0 for never.
     */
    public long committedAtNs() {
        return committedAtNs;
    }

    /**
     * Tells who owns it.
     *
     * @return id of the member, 0 for nobody.
     */
    public long ownerId() {
        return ownerId;
    }

    /**
     * Tells since when the owner owns it.
     *
     * @return log time in ns since the epoch.
     */
    public long ownedSinceNs() {
        return ownedSinceNs;
    }

    /**
     * Tells the number of the ownership.
     *
     * @return 0 before the first, then greater with each.
     */
    public long epoch() {
        return epoch;
    }

    /**
     * Tells who is to own it.
     *
     * @return id of the member, 0 for nobody; other than the owner during a hand-over.
     */
    public long targetId() {
        return targetId;
    }

    /**
     * Tells by when the owner has to let go.
     *
     * @return log time in ns since the epoch, 0 when it need not.
     */
    public long letGoDeadlineNs() {
        return letGoDeadlineNs;
    }

    boolean isOwnedBy(final long memberId, final long underEpoch) {
        return memberId != Member.NONE && ownerId == memberId && epoch == underEpoch;
    }

    void target(final long newTargetId) {
        targetId = newTargetId;
    }

    void give(final long memberId, final long logTimeNs) {
        ownerId = memberId;
        ownedSinceNs = logTimeNs;
        letGoDeadlineNs = 0;
        epoch++;
    }

    void askBack(final long deadlineNs) {
        letGoDeadlineNs = deadlineNs;
    }

    void free() {
        ownerId = Member.NONE;
        letGoDeadlineNs = 0;
    }

    void commit(final long position, final long logTimeNs) {
        committedPosition = position;
        committedAtNs = logTimeNs;
    }

    void write(final StateOutput out) {
        out.number(committedPosition);
        out.number(committedAtNs);
        out.number(ownerId);
        out.number(ownedSinceNs);
        out.number(epoch);
        out.number(targetId);
        out.number(letGoDeadlineNs);
    }

    static GroupPartition read(final int topicIndex, final int index, final StateInput in) {
        final GroupPartition partition = new GroupPartition(topicIndex, index, in.longNumber());
        partition.committedAtNs = in.longNumber();
        partition.ownerId = in.longNumber();
        partition.ownedSinceNs = in.longNumber();
        partition.epoch = in.longNumber();
        partition.targetId = in.longNumber();
        partition.letGoDeadlineNs = in.longNumber();
        return partition;
    }
}
