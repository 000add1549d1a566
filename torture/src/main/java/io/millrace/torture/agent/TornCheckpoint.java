package io.millrace.torture.agent;

import io.millrace.operators.output.OutputAppender;
import io.millrace.operators.task.Task;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * A checkpoint whose position, and whose numbers of outputs, are from before some records that its state has seen. Public
 * because woven code calls it.
 */
public final class TornCheckpoint {
    private static final int RECORDS = 16;
    private static final ThreadLocal<TornCheckpoint> CURRENT = new ThreadLocal<>();

    private final long position;
    private final Map<OutputAppender, long[]> sequences = new IdentityHashMap<>();

    private TornCheckpoint(final Task task, final List<OutputAppender> outputs) {
        position = task.position();
        for (final OutputAppender output : outputs) {
            final long[] next = new long[output.partitionCount()];
            for (int i = 0; i < next.length; i++) {
                next[i] = output.nextSequence(i);
            }
            sequences.put(output, next);
        }
    }

    /**
     * Remembers where a task stands, and lets it go on.
     *
     * @param task    that is about to begin a checkpoint.
     * @param outputs of the task.
     */
    public static void begin(final Task task, final List<OutputAppender> outputs) {
        if (task.isTakingCheckpoint()) {
            return;
        }
        final TornCheckpoint torn = new TornCheckpoint(task, outputs);
        if (task.doWork(RECORDS) > 0) {
            Mutation.broken();
        }
        CURRENT.set(torn);
    }

    /** Forgets it. */
    public static void end() {
        CURRENT.remove();
    }

    /**
     * The position of the checkpoint that begins.
     *
     * @param now where the task stands.
     * @return where it stood.
     */
    public static long position(final long now) {
        final TornCheckpoint torn = CURRENT.get();
        return torn == null ? now : torn.position;
    }

    /**
     * The number of the next output.
     *
     * @param output    of the task.
     * @param partition of its topic.
     * @param now       number by now.
     * @return what it was.
     */
    public static long sequence(final OutputAppender output, final int partition, final long now) {
        final TornCheckpoint torn = CURRENT.get();
        final long[] next = torn == null ? null : torn.sequences.get(output);
        return next == null ? now : next[partition];
    }
}
