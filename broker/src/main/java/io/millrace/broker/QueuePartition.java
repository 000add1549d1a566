package io.millrace.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** One partition of a queue's topic: how far messages were delivered, and those that are not done with. */
public final class QueuePartition {
    private final int index;
    private final TreeMap<Long, QueueMessage> messages = new TreeMap<>();
    private long cursor;
    private long letterCount;

    QueuePartition(final int index, final long cursor) {
        this.index = index;
        this.cursor = cursor;
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
     * Tells how far messages were delivered for the first time.
     *
     * @return position at or before the next one.
     */
    public long cursor() {
        return cursor;
    }

    /**
     * Tells how many dead letters it has made.
     *
     * @return count, which is the number of the next one.
     */
    public long letterCount() {
        return letterCount;
    }

    /**
     * Lists the messages that were delivered and are not done with.
     *
     * @return messages, lowest position first.
     */
    public List<QueueMessage> messages() {
        return new ArrayList<>(messages.values());
    }

    /**
     * Finds a message that was delivered and is not done with.
     *
     * @param position of the message.
     * @return the message, null when there is none.
     */
    public QueueMessage message(final long position) {
        return messages.get(position);
    }

    /**
     * Tells before which position all is done with.
     *
     * @return the lowest position that retention has to keep for the queue.
     */
    public long floor() {
        return messages.isEmpty() ? cursor : messages.firstKey();
    }

    /**
     * Lists the messages that may be delivered again.
     *
     * @param logTimeNs now, in ns since the epoch.
     * @param limit     of the list.
     * @return messages, lowest position first.
     */
    public List<QueueMessage> ready(final long logTimeNs, final int limit) {
        final List<QueueMessage> ready = new ArrayList<>();
        for (final QueueMessage message : messages.values()) {
            if (ready.size() >= limit) {
                break;
            }
            if (message.state() == QueueMessage.State.WAITING && message.deadlineNs() <= logTimeNs) {
                ready.add(message);
            }
        }
        return ready;
    }

    Iterable<QueueMessage> all() {
        return messages.values();
    }

    int count() {
        return messages.size();
    }

    QueueMessage begin(final long position, final long nextPosition) {
        final QueueMessage message = new QueueMessage(position, nextPosition);
        messages.put(position, message);
        cursor = nextPosition;
        return message;
    }

    void remove(final QueueMessage message) {
        messages.remove(message.position());
    }

    long nextLetterNumber() {
        return letterCount++;
    }

    void write(final StateOutput out) {
        out.number(cursor);
        out.number(letterCount);
        out.number(messages.size());
        for (final QueueMessage message : messages.values()) {
            message.write(out);
        }
    }

    static QueuePartition read(final int index, final StateInput in) {
        final QueuePartition partition = new QueuePartition(index, in.longNumber());
        partition.letterCount = in.longNumber();
        final int count = in.count(QueueMessage.MIN_WRITTEN_LENGTH);
        for (int i = 0; i < count; i++) {
            final QueueMessage message = QueueMessage.read(in);
            partition.messages.put(message.position(), message);
        }
        return partition;
    }
}
