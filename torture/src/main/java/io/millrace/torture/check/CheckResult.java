package io.millrace.torture.check;

import java.util.List;

/**
 * What a check has found.
 *
 * @param inputs     data records and tombstones in the input topics.
 * @param outputs    data records and tombstones in the topics that the tortured job wrote.
 * @param lost       records that should be there and are not.
 * @param doubled    records that are there once more than they should be.
 * @param outOfOrder records that are there at another place.
 * @param altered    records with other bytes than those they should have, or that nobody expected.
 * @param gaps       places at which the sequence of a producer, in the input or an output, does not go on with the next number.
 * @param damaged    partitions of the store, exchanges and checkpoints included, that are not as the format says, or that end
 *                   where the store does not say they do.
 * @param messages   the first differences of each comparison, all gaps up to a few, all damage; empty when nothing was found.
 */
public record CheckResult(
        long inputs,
        long outputs,
        long lost,
        long doubled,
        long outOfOrder,
        long altered,
        long gaps,
        long damaged,
        List<String> messages) {
    /**
     * Copies the messages.
     *
     * @param inputs     data records and tombstones in the input topics.
     * @param outputs    data records of the tortured job.
     * @param lost       records.
     * @param doubled    records.
     * @param outOfOrder records.
     * @param altered    records.
     * @param gaps       in sequences.
     * @param damaged    partitions.
     * @param messages   in words.
     */
    public CheckResult {
        messages = List.copyOf(messages);
    }

    /**
     * Says whether all is as it should be.
     *
     * @return true when nothing was found.
     */
    public boolean isClean() {
        return lost + doubled + outOfOrder + altered + gaps + damaged == 0;
    }
}
