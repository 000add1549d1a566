package io.millrace.operators.task;

import io.millrace.log.LogPartition;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.checkpoint.CheckpointCatalog;
import io.millrace.operators.checkpoint.CheckpointEntry;
import io.millrace.operators.checkpoint.CheckpointReader;
import io.millrace.operators.output.OutputAppender;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the newest checkpoint that is whole and that the log fits, and restores it; the one before when that is none, and so
 * on down to the beginning of the input, as long as it begins there.
 */
final class TaskRecovery {
    private static final Logger LOGGER = LoggerFactory.getLogger(TaskRecovery.class);
    private static final long NONE = Long.MAX_VALUE;

    private final TaskId id;
    private final LogPartition partition;
    private final LogPartition input;
    private final List<OutputAppender> outputs;
    private final FrameCheck frame;
    private final long start;
    private final CheckpointCatalog catalog;
    private final Map<Long, String> leftAside;

    private CheckpointEntry generation;
    private String problem = "";

    TaskRecovery(
            final TaskId id,
            final LogPartition partition,
            final LogPartition input,
            final List<OutputAppender> outputs,
            final FrameCheck frame,
            final long start,
            final Map<Long, String> leftAside) {
        this.id = id;
        this.partition = partition;
        this.input = input;
        this.outputs = outputs;
        this.frame = frame;
        this.start = start;
        this.catalog = CheckpointCatalog.of(partition);
        this.leftAside = leftAside;
    }

    /** Restores, and tells from where. */
    Restored restore() {
        final List<CheckpointEntry> entries = catalog.entries();
        if (catalog.damageBehindNewest() >= 0) {
            problem = partition.topic() + " is damaged at position " + catalog.damageBehindNewest()
                    + ", where a newer checkpoint may have been";
        }
        long damagedBase = NONE;
        long damagedNumber = NONE;
        for (int i = entries.size() - 1; i >= 0; i--) {
            final CheckpointEntry entry = entries.get(i);
            if (entry.baseNumber() == damagedBase && entry.number() >= damagedNumber) {
                continue;
            }
            if (leftAside.containsKey(entry.number())) {
                problem(entry, leftAside.get(entry.number()));
                continue;
            }
            final List<CheckpointEntry> chain = catalog.chainOf(entry);
            if (chain == null) {
                problem(entry, "a checkpoint that it builds on is damaged or gone");
                continue;
            }
            try (CheckpointReader reader = new CheckpointReader(partition, chain)) {
                final String damage = reader.read();
                if (damage != null) {
                    damagedBase = entry.baseNumber();
                    damagedNumber = reader.damagedNumber();
                    problem(entry, damage);
                    continue;
                }
                final String misfit = check(reader);
                if (misfit == null) {
                    generation = chain.get(0);
                    return restored(entry, restore(entry, reader));
                }
                problem(entry, misfit);
            }
        }
        return fromTheBeginning(entries.isEmpty() && problem.isEmpty());
    }

    /** Nothing is restored by that, so whatever is wrong, the one before can be tried at once. */
    private String check(final CheckpointReader reader) {
        try {
            return frame.check(reader.frame());
        } catch (final RuntimeException e) {
            if (UnusableCheckpointException.isToRefuse(e)) {
                throw e;
            }
            return "its frame cannot be read: " + reason(e);
        }
    }

    private long restore(final CheckpointEntry entry, final CheckpointReader reader) {
        try {
            return frame.restore(reader.blocks());
        } catch (final RuntimeException e) {
            if (UnusableCheckpointException.isToRefuse(e)) {
                throw e;
            }
            throw new UnusableCheckpointException(entry.number(), reason(e), e);
        }
    }

    private static String reason(final RuntimeException e) {
        return e instanceof MillraceException ? e.getMessage() : e.toString();
    }

    private void problem(final CheckpointEntry entry, final String what) {
        if (problem.isEmpty()) {
            problem = entry + " cannot be used: " + what;
        }
    }

    private Restored restored(final CheckpointEntry entry, final long position) {
        if (!problem.isEmpty()) {
            LOGGER.warn("task {} falls back to {}: {}", id, entry, problem);
        }
        return new Restored(entry.number(), position, problem);
    }

    private Restored fromTheBeginning(final boolean isFirstTime) {
        if (start != TaskRange.BEGINNING) {
            return fromTheStart(isFirstTime);
        }
        if (input.isTruncated() && !(isFirstTime && hasNoOutputs())) {
            throw new MillraceException(
                    ErrorCode.POSITION_GONE,
                    "task " + id + " cannot go on: " + (isFirstTime ? "it has no checkpoint" : problem) + ", and topic "
                            + input.topic() + " partition " + input.index() + " begins at position "
                            + input.beginPosition()
                            + ", what was before is removed; give the job another name to begin with what is left");
        }
        if (!isFirstTime) {
            LOGGER.warn("task {} falls back to the beginning of its input: {}", id, problem);
        }
        return new Restored(0, input.beginPosition(), problem);
    }

    private Restored fromTheStart(final boolean isFirstTime) {
        if (start < input.beginPosition()) {
            throw new MillraceException(
                    ErrorCode.POSITION_GONE,
                    "task " + id + " cannot go on: " + (isFirstTime ? "it has no checkpoint" : problem)
                            + ", it has begun at position " + start + " of topic " + input.topic() + " partition "
                            + input.index() + ", and what was before " + input.beginPosition()
                            + " is removed; give the job another name to begin with what is left");
        }
        if (!isFirstTime) {
            LOGGER.warn("task {} falls back to position {}, where it had begun: {}", id, start, problem);
        }
        return new Restored(0, start, problem);
    }

    private boolean hasNoOutputs() {
        for (final OutputAppender output : outputs) {
            for (int i = 0; i < output.partitionCount(); i++) {
                if (output.sequenceEnd(i) > 0) {
                    return false;
                }
            }
        }
        return true;
    }

    /** The full checkpoint of the generation that was restored; null for none. */
    CheckpointEntry generation() {
        return generation;
    }

    /** The largest number that a checkpoint of the task ever had. */
    long lastNumber() {
        return catalog.lastNumber();
    }
}
