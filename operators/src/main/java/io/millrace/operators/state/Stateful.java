package io.millrace.operators.state;

/**
 * An operator that keeps something between records, and can write it down and read it back: a restored operator behaves
 * ever after as the one that was written. Called by the task's thread, between records.
 */
public interface Stateful {
    /**
     * Writes everything that the operator keeps.
     *
     * @param out to write with.
     */
    void snapshot(StateWriter out);

    /**
     * Replaces everything that the operator keeps by what was written.
     *
     * @param in that stands where the snapshot begins.
     * @throws io.millrace.log.error.MillraceException CORRUPT if it is damaged, STATE_BUDGET if there is no memory for it.
     */
    void restore(StateReader in);
}
