package io.millrace.operators.task;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.util.EnumSet;
import java.util.Set;

/**
 * A checkpoint is whole, and yet an operator or a codec cannot restore it. What is restored by then is half of a state, so the
 * task is to be made anew, with {@link TaskCheckpoints#leaveAside} for this checkpoint.
 */
public final class UnusableCheckpointException extends MillraceException {
    private static final long serialVersionUID = 1L;

    private static final Set<ErrorCode> OF_THE_CHECKPOINT =
            EnumSet.of(ErrorCode.CORRUPT, ErrorCode.MALFORMED_RECORD, ErrorCode.USER_FUNCTION, ErrorCode.INTERNAL);

    private final long checkpoint;

    UnusableCheckpointException(final long checkpoint, final String reason, final RuntimeException cause) {
        super(ErrorCode.CORRUPT, reason, cause);
        this.checkpoint = checkpoint;
    }

    /**
     * Which one it is.
     *
     * @return number of the checkpoint.
     */
    public long checkpoint() {
        return checkpoint;
    }

    /**
     * Tells what an older checkpoint cannot help with: the settings, the topology and the machine are the same for it.
     *
     * @param failure thrown while a checkpoint was read or restored.
     * @return true when the start has to be refused for it.
     */
    static boolean isToRefuse(final RuntimeException failure) {
        return failure instanceof MillraceException known && !OF_THE_CHECKPOINT.contains(known.code());
    }
}
