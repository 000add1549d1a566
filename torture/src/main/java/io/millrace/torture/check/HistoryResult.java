package io.millrace.torture.check;

import java.util.List;

/**
 * What publishers, log and subscribers say when they are held against each other.
 *
 * @param sent         records that a publisher has handed over, each counted once.
 * @param acknowledged records of these that a publisher was promised.
 * @param stored       records in the log.
 * @param seen         records that a subscriber has taken, summed over the subscribers.
 * @param group        what a consumer group has done.
 * @param queue        what the consumers of a queue have done.
 * @param lost         records that were acknowledged and are not in the log, that the log leaves out between others, that
 *                     a subscriber has passed over, that no member of the group has taken, or that the queue has neither acked nor buried.
 * @param doubled      records that are in the log twice, or that a subscriber has seen twice; what was taken again though it was
 *                     committed, or delivered though somebody held it or had acked it.
 * @param outOfOrder   records that are in the log behind a later one of their publisher, or seen behind a later position; positions of
 *                     the group that go back.
 * @param altered      records with other bytes than were sent, promised or stored; damage of the store as well; commits and acks that
 *                     count though another one owned the partition or held the message.
 * @param messages     the first of each kind; empty when nothing was found.
 */
public record HistoryResult(
        long sent,
        long acknowledged,
        long stored,
        long seen,
        GroupTally group,
        QueueTally queue,
        long lost,
        long doubled,
        long outOfOrder,
        long altered,
        List<String> messages) {
    /**
     * Copies the messages.
     *
     * @param sent         records.
     * @param acknowledged records.
     * @param stored       records.
     * @param seen         records.
     * @param group        counts.
     * @param queue        counts.
     * @param lost         records.
     * @param doubled      records.
     * @param outOfOrder   records.
     * @param altered      records.
     * @param messages     in words.
     */
    public HistoryResult {
        messages = List.copyOf(messages);
    }

    /**
     * Says whether all is as it should be.
     *
     * @return true when nothing was found.
     */
    public boolean isClean() {
        return lost + doubled + outOfOrder + altered == 0;
    }
}
