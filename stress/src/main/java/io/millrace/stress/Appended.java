package io.millrace.stress;

import io.millrace.log.LogReader;
import io.millrace.log.record.RecordFlyweight;

/** What two appenders are to have left behind. */
final class Appended {
    private final long firstPosition;
    private final long secondPosition;
    private int order;

    private Appended(final long firstPosition, final long secondPosition) {
        this.firstPosition = firstPosition;
        this.secondPosition = secondPosition;
    }

    /**
     * Reads to the end.
     *
     * @return the numbers of the records as digits, in their order; negative when one is not whole, or not where it should
     *         be.
     */
    static int order(final LogReader reader, final long firstPosition, final long secondPosition) {
        final Appended appended = new Appended(firstPosition, secondPosition);
        while (reader.poll(appended::onRecord, 10) > 0) {
            continue;
        }
        return appended.order;
    }

    private void onRecord(final RecordFlyweight record) {
        final int number = Payload.number(record);
        final long position = number == 1 ? firstPosition : secondPosition;
        order = number < 1 || position != record.position() || order < 0 ? -1 : 10 * order + number;
    }
}
