package io.millrace.operators.state;

/**
 * An operator that keeps something between records. One that was restored behaves from then on as the one that was written:
 * it gives the same results, in the same order.
 *
 * <p>What an operator has asked for by {@link io.millrace.operators.core.RecordContext#wakeAtEventTime} and its kin is not in
 * its snapshot: after a restore the task calls it, or restores the requests itself.
 */
public interface Stateful {
    /**
     * Writes all that is kept. Changes nothing.
     *
     * @param out to write with.
     */
    void snapshot(StateWriter out);

    /**
     * Takes over what was written, in the place of all that is kept.
     *
     * @param in that stands where the snapshot begins.
     * @throws io.millrace.log.error.MillraceException CORRUPT if it is damaged or of another operator.
     */
    void restore(StateReader in);
}
