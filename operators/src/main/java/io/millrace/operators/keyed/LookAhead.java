package io.millrace.operators.keyed;

import io.millrace.operators.core.RecordContext;

/** Decides when the state of an operator is so large that it pays to have it brought near in advance. */
public final class LookAhead {
    /** State that is larger lies in no cache of a single core. */
    private static final long LARGE_BYTES = 1 << 20;

    private boolean isAskedFor;
    private long touched;

    /** Creates one for an operator whose state is small. */
    public LookAhead() {}

    /**
     * To be called when state may have grown.
     *
     * @param context    of the task.
     * @param stateBytes of the operator.
     */
    public void update(final RecordContext context, final long stateBytes) {
        if (!isAskedFor && stateBytes > LARGE_BYTES) {
            isAskedFor = true;
            context.askForLookAhead();
        }
    }

    /**
     * Takes what was read ahead, so that the compiler does not leave the reading out.
     *
     * @param read anything.
     */
    public void touch(final long read) {
        touched += read;
    }

    @Override
    public String toString() {
        return "LookAhead[isAskedFor=" + isAskedFor + " touched=" + touched + "]";
    }
}
