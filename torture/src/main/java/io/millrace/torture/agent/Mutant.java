package io.millrace.torture.agent;

import static io.millrace.torture.agent.Method.log;
import static io.millrace.torture.agent.Method.operators;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Each breaks one rule of the product. A harness that does not notice is worth nothing. */
public enum Mutant {
    /** The log takes a sequence that it holds already. */
    SKIP_DEDUPE(
            "a sequence that the log holds is appended again; any topology, any kill",
            log("ProducerAppender", "admit", 1),
            MutantAdvice.SkipDedupe.class),
    /** A restored task leaves a record out. */
    POSITION_OFF_BY_ONE(
            "a restored task goes on one record behind its checkpoint; any topology, any kill",
            operators("task.Task", "restore", 0),
            MutantAdvice.PositionOffByOne.class),
    /** A checkpoint has the state of a later position than its own. */
    STATE_AFTER_POSITION(
            "records are processed between a checkpoint's position and its state; topologies with state, any kill",
            List.of(
                    new Change(operators("task.Task", "beginCheckpoint", 0), MutantAdvice.ProcessMore.class),
                    new Change(operators("task.TaskCheckpoints", "beginIfNew", 1), MutantAdvice.EarlierPosition.class),
                    new Change(
                            operators("output.OutputAppender", "nextSequence", 1),
                            MutantAdvice.EarlierSequence.class))),
    /** A task's clock is that of the machine. */
    TICK_FROM_WALL_CLOCK(
            "log time is read from the system's clock; timers in log time, no kill needed",
            List.of(
                    new Change(operators("task.Task", "doWork", 1), MutantAdvice.InTask.class),
                    new Change(log("record.RecordFlyweight", "logTimeNs", 0), MutantAdvice.WallClock.class))),
    /** A restored task has a timer less. */
    FORGET_A_TIMER(
            "the earliest timer of a checkpoint is not restored; timers, any kill",
            operators("state.TimerQueue", "restore", 1),
            MutantAdvice.ForgetTimer.class),
    /** What the disk has dropped is taken for durable. */
    RETRY_A_FAILED_FORCE(
            "a force that failed is tried again, and the second answer believed; a disk that fails a force, then a loss of"
                    + " power",
            log("PartitionForcing", "forceNext", 0),
            MutantAdvice.RetryForce.class),
    /** An exchange loses what a checkpoint may come back to. */
    SKIP_TRUNCATION_GUARD(
            "an exchange is truncated as far as it goes, not as far as checkpoints allow; exchanges, any" + " kill",
            operators("task.TaskCheckpoints", "begin", 1),
            MutantAdvice.TruncateAll.class),
    /** Changed state is missing in a checkpoint. */
    DROP_INCREMENTAL_BLOCK(
            "changed blocks are left out of a checkpoint that is not full; topologies with state, any kill",
            operators("checkpoint.CheckpointWriter", "onBlock", 6),
            MutantAdvice.DropBlock.class),
    /** A restored task counts its outputs from where the log is. */
    FORGET_SEQUENCES(
            "a restored task numbers its outputs behind all that the log holds; any topology, any kill",
            operators("output.OutputAppender", "nextSequence", 2),
            MutantAdvice.ForgetSequences.class),
    /** A node acknowledges what has not arrived. */
    ACKNOWLEDGE_AHEAD(
            "a node acknowledges more than it has; a network, kills of the node",
            new Method("io.millrace.transport.egress.EgressProxy", "acknowledge", 3),
            MutantAdvice.AcknowledgeAhead.class),
    /** A node that starts again does not know what groups have committed. */
    FORGET_COMMITS(
            "a node that starts again forgets what groups have committed; a network with members, kills of the node",
            List.of(
                    new Change(new Method("io.millrace.node.BrokerLog", "replay", 0), MutantAdvice.InReplay.class),
                    new Change(new Method("io.millrace.broker.Groups", "commit", 8), MutantAdvice.SkipInReplay.class))),
    /** A node that starts again does not know which messages of queues are done with. */
    FORGET_ACKS(
            "a node that starts again forgets what was acked; a network with members, kills of the node",
            List.of(
                    new Change(new Method("io.millrace.node.BrokerLog", "replay", 0), MutantAdvice.InReplay.class),
                    new Change(new Method("io.millrace.broker.Queues", "ack", 5), MutantAdvice.SkipInReplay.class))),
    /** Who has lost a partition may still commit. */
    ACCEPT_FENCED_COMMITS(
            "a commit counts whoever owns the partition; a network with members, pauses beyond the lease",
            new Method("io.millrace.broker.GroupPartition", "isOwnedBy", 2),
            MutantAdvice.OwnedByAll.class),
    /** A message goes to another consumer while one still holds it. */
    REDELIVER_EARLY(
            "a message is delivered again before its lease has passed; a network with members",
            new Method("io.millrace.broker.QueueMessage", "hold", 3),
            MutantAdvice.ShortLease.class);

    private final String description;
    private final List<Change> changes;

    Mutant(final String description, final Method method, final Class<?> advice) {
        this(description, List.of(new Change(method, advice)));
    }

    Mutant(final String description, final List<Change> changes) {
        this.description = description;
        this.changes = changes;
    }

    /**
     * Those that a torture of jobs has to find.
     *
     * @return all but those that only a network shows.
     */
    public static List<Mutant> ofJobs() {
        return Arrays.stream(values())
                .filter(mutant -> mutant.compareTo(ACKNOWLEDGE_AHEAD) < 0)
                .toList();
    }

    /**
     * Finds a mutant.
     *
     * @param name as {@link #mutantName()} gives it.
     * @return the mutant.
     * @throws IllegalArgumentException when there is none; the message lists all.
     */
    public static Mutant named(final String name) {
        for (final Mutant mutant : values()) {
            if (mutant.mutantName().equals(name)) {
                return mutant;
            }
        }
        throw new IllegalArgumentException("unknown mutant: " + name + "; one of "
                + Arrays.stream(values()).map(Mutant::mutantName).collect(Collectors.joining(", ")));
    }

    /**
     * The name by which it is asked for.
     *
     * @return lower case, with hyphens.
     */
    public String mutantName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Says which rule it breaks, and what shows it.
     *
     * @return one line.
     */
    public String description() {
        return description;
    }

    List<Change> changes() {
        return changes;
    }
}
