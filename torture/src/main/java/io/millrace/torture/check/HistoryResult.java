package io.millrace.torture.check;

import java.util.List;

/**
 * What publishers, log and subscribers say when they are held against each other.
 *
 * @param sent         records that a publisher has handed over, each counted once.
 * @param acknowledged records of these that a publisher was promised.
 * @param stored       records in the log.
 * @param seen         records that a subscriber has taken, summed over the subscribers.
 * @param lost         records that were acknowledged and are not in the log, that the log leaves out between others, or that
 *                     a subscriber has passed over.
 * @param doubled      records that are in the log twice, or that a subscriber has seen twice.
 * @param outOfOrder   records that are in the log behind a later one of their publisher, or seen behind a later position.
 * @param altered      records with other bytes than were sent, promised or stored; damage of the store as well.
 * @param messages     the first of each kind; empty when nothing was found.
 */
public record HistoryResult(
        long sent,
        long acknowledged,
        long stored,
        long seen,
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
