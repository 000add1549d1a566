package io.millrace.operators.task;

/**
 * A record that the error policy left out.
 *
 * @param job       whose task read it.
 * @param topic     that holds it.
 * @param partition that holds it.
 * @param position  at which it stands in the partition, in bytes.
 * @param operator  that could not process it.
 * @param reason    why, in one line.
 */
public record SkippedRecord(String job, String topic, int partition, long position, String operator, String reason) {
    @Override
    public String toString() {
        return "record skipped: job=" + job + " topic=" + topic + " partition=" + partition + " position=" + position
                + " operator=" + operator + ": " + reason;
    }
}
