package io.millrace.broker;

/**
 * A message that was delivered and is not done with. Where none is, one behind the cursor was acked or buried, and one at or beyond it
 * was never delivered; so each message is in one place, and only those under way cost memory.
 */
public final class QueueMessage {
    static final int MIN_WRITTEN_LENGTH = 4 * Long.BYTES;

    private final long position;
    private final long nextPosition;
    private State state = State.WAITING;
    private long consumerId = Member.NONE;
    private int delivery;
    private long sinceNs;
    private long deadlineNs;
    private long letterNumber = -1;
    private String cause = "";

    QueueMessage(final long position, final long nextPosition) {
        this.position = position;
        this.nextPosition = nextPosition;
    }

    /** Where a message is. */
    public enum State {
        /** A consumer holds it. */
        HELD,
        /** It is to be delivered again. */
        WAITING,
        /** It is on its way to the dead-letter topic. */
        DEAD
    }

    /**
     * Tells where the message is in its partition.
     *
     * @return position of the record.
     */
    public long position() {
        return position;
    }

    /**
     * Tells where the record ends.
     *
     * @return position of what follows.
     */
    public long nextPosition() {
        return nextPosition;
    }

    /**
     * Tells where it is.
     *
     * @return the state.
     */
    public State state() {
        return state;
    }

    /**
     * Tells who holds it, or held it last.
     *
     * @return id of the consumer.
     */
    public long consumerId() {
        return consumerId;
    }

    /**
     * Tells how often it was delivered.
     *
     * @return number of the delivery, from 1.
     */
    public int delivery() {
        return delivery;
    }

    /**
     * Tells since when it is in its state.
     *
     * @return log time in ns since the epoch.
     */
    public long sinceNs() {
        return sinceNs;
    }

    /**
     * Tells when that ends.
     *
     * @return log time in ns since the epoch: end of the lease while it is held, first time of the next delivery while it waits.
     */
    public long deadlineNs() {
        return deadlineNs;
    }

    /**
     * Tells its number in the dead-letter topic.
     *
     * @return 0, 1, 2 ... per queue and partition, with no hole; -1 unless it is dead.
     */
    public long letterNumber() {
        return letterNumber;
    }

    /**
     * Tells why its last delivery came to nothing.
     *
     * @return one line, empty for none.
     */
    public String cause() {
        return cause;
    }

    boolean isHeldBy(final long memberId, final int underDelivery) {
        return state == State.HELD && consumerId == memberId && delivery == underDelivery;
    }

    void hold(final long memberId, final long logTimeNs, final long leaseNs) {
        state = State.HELD;
        consumerId = memberId;
        delivery++;
        sinceNs = logTimeNs;
        deadlineNs = logTimeNs + leaseNs;
    }

    void extend(final long newDeadlineNs) {
        deadlineNs = newDeadlineNs;
    }

    void comeBack(final long logTimeNs, final long delayNs, final String newCause) {
        state = State.WAITING;
        sinceNs = logTimeNs;
        deadlineNs = logTimeNs + delayNs;
        cause = newCause;
    }

    void die(final long logTimeNs, final long newLetterNumber, final String newCause) {
        state = State.DEAD;
        sinceNs = logTimeNs;
        deadlineNs = 0;
        letterNumber = newLetterNumber;
        cause = newCause;
    }

    void write(final StateOutput out) {
        out.number(position);
        out.number(nextPosition);
        out.number(state.ordinal());
        out.number(consumerId);
        out.number(delivery);
        out.number(sinceNs);
        out.number(deadlineNs);
        out.number(letterNumber);
        out.text(cause);
    }

    static QueueMessage read(final StateInput in) {
        final QueueMessage message = new QueueMessage(in.longNumber(), in.longNumber());
        message.state = State.values()[in.number()];
        message.consumerId = in.longNumber();
        message.delivery = in.number();
        message.sinceNs = in.longNumber();
        message.deadlineNs = in.longNumber();
        message.letterNumber = in.longNumber();
        message.cause = in.text();
        return message;
    }

    @Override
    public String toString() {
        return "QueueMessage{position=" + position + ", state=" + state + ", delivery=" + delivery + '}';
    }
}
