package io.millrace.torture.agent;

import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.operators.output.OutputAppender;
import io.millrace.operators.state.TimerQueue;
import io.millrace.operators.task.Restored;
import io.millrace.operators.task.Task;
import java.io.IOException;
import java.util.List;
import net.bytebuddy.asm.Advice;

/**
 * What the {@link Mutant}s weave into methods. The code of these methods is copied to where it works, so it may use nothing
 * that is not public.
 */
final class MutantAdvice {
    private MutantAdvice() {}

    /** See {@link Mutant#SKIP_DEDUPE}. */
    static final class SkipDedupe {
        private SkipDedupe() {}

        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) long outcome) {
            outcome = Mutation.admitted(outcome);
        }
    }

    /** See {@link Mutant#POSITION_OFF_BY_ONE}. */
    static final class PositionOffByOne {
        private PositionOffByOne() {}

        @Advice.OnMethodExit
        static void exit(@Advice.Return final Restored restored, @Advice.FieldValue("reader") final LogReader reader) {
            Mutation.passOne(restored, reader);
        }
    }

    /** See {@link Mutant#STATE_AFTER_POSITION}. */
    static final class ProcessMore {
        private ProcessMore() {}

        @Advice.OnMethodEnter
        static void enter(
                @Advice.This final Task task, @Advice.FieldValue("outputs") final List<OutputAppender> outputs) {
            TornCheckpoint.begin(task, outputs);
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class)
        static void exit() {
            TornCheckpoint.end();
        }
    }

    /** See {@link Mutant#STATE_AFTER_POSITION}. */
    static final class EarlierPosition {
        private EarlierPosition() {}

        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(value = 0, readOnly = false) long position) {
            position = TornCheckpoint.position(position);
        }
    }

    /** See {@link Mutant#STATE_AFTER_POSITION}. */
    static final class EarlierSequence {
        private EarlierSequence() {}

        @Advice.OnMethodExit
        static void exit(
                @Advice.This final OutputAppender output,
                @Advice.Argument(0) final int partition,
                @Advice.Return(readOnly = false) long sequence) {
            sequence = TornCheckpoint.sequence(output, partition, sequence);
        }
    }

    /** See {@link Mutant#TICK_FROM_WALL_CLOCK}. */
    static final class InTask {
        private InTask() {}

        @Advice.OnMethodEnter
        static void enter() {
            Mutation.isInTask(true);
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class)
        static void exit() {
            Mutation.isInTask(false);
        }
    }

    /** See {@link Mutant#TICK_FROM_WALL_CLOCK}. */
    static final class WallClock {
        private WallClock() {}

        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) long logTimeNs) {
            logTimeNs = Mutation.logTimeNs(logTimeNs);
        }
    }

    /** See {@link Mutant#FORGET_A_TIMER}. */
    static final class ForgetTimer {
        private ForgetTimer() {}

        @Advice.OnMethodExit
        static void exit(@Advice.This final TimerQueue timers) {
            Mutation.forgetEarliest(timers);
        }
    }

    /** See {@link Mutant#RETRY_A_FAILED_FORCE}. */
    static final class RetryForce {
        private RetryForce() {}

        @Advice.OnMethodExit(onThrowable = IOException.class)
        static void exit(@Advice.Thrown(readOnly = false) Throwable failure) {
            // The caller goes on until all is forced, so to say nothing is to try again.
            failure = Mutation.swallowed(failure);
        }
    }

    /** See {@link Mutant#SKIP_TRUNCATION_GUARD}. */
    static final class TruncateAll {
        private TruncateAll() {}

        @Advice.OnMethodEnter
        static void enter(
                @Advice.FieldValue("input") final LogPartition input,
                @Advice.FieldValue("isInputExchange") final boolean isInputExchange) {
            Mutation.truncate(input, isInputExchange);
        }
    }

    /** See {@link Mutant#DROP_INCREMENTAL_BLOCK}. */
    static final class DropBlock {
        private DropBlock() {}

        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter(
                @Advice.FieldValue("number") final long number,
                @Advice.FieldValue("baseNumber") final long baseNumber) {
            return Mutation.isBlockDropped(number, baseNumber);
        }
    }

    /** See {@link Mutant#FORGET_SEQUENCES}. */
    static final class ForgetSequences {
        private ForgetSequences() {}

        @Advice.OnMethodEnter
        static void enter(
                @Advice.This final OutputAppender output,
                @Advice.Argument(0) final int partition,
                @Advice.Argument(value = 1, readOnly = false) long sequence) {
            sequence = Mutation.sequenceBehind(output, partition, sequence);
        }
    }

    /** See {@link Mutant#ACKNOWLEDGE_AHEAD}. */
    static final class AcknowledgeAhead {
        private AcknowledgeAhead() {}

        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(value = 2, readOnly = false) long sequence) {
            sequence = Mutation.sequenceAhead(sequence);
        }
    }

    /** See {@link Mutant#FORGET_COMMITS} and {@link Mutant#FORGET_ACKS}. */
    static final class InReplay {
        private InReplay() {}

        @Advice.OnMethodEnter
        static void enter() {
            Mutation.isInReplay(true);
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class)
        static void exit() {
            Mutation.isInReplay(false);
        }
    }

    /** The same. */
    static final class SkipInReplay {
        private SkipInReplay() {}

        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter() {
            return Mutation.isForgotten();
        }
    }

    /** See {@link Mutant#ACCEPT_FENCED_COMMITS}. */
    static final class OwnedByAll {
        private OwnedByAll() {}

        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) boolean isOwner) {
            isOwner = Mutation.owned(isOwner);
        }
    }

    /** See {@link Mutant#REDELIVER_EARLY}. */
    static final class ShortLease {
        private ShortLease() {}

        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(value = 2, readOnly = false) long leaseNs) {
            leaseNs = Mutation.shortLease(leaseNs);
        }
    }
}
