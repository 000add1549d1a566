package io.millrace.operators.state;

/**
 * What keeps state that a checkpoint holds: after a restore it behaves as the one whose snapshot it was, for ever.
 */
public interface Stateful {
    /**
     * Writes all state.
     *
     * @param out to write to.
     */
    void snapshot(StateWriter out);

    /**
     * Replaces all state by that of a snapshot.
     *
     * @param in stands where the snapshot begins.
     * @throws io.millrace.log.error.MillraceException CORRUPT if it is damaged.
     */
    void restore(StateReader in);
}
