package io.millrace.node;

import io.millrace.broker.BrokerStateMachine;
import io.millrace.broker.Group;
import io.millrace.broker.GroupPartition;
import io.millrace.broker.Member;
import io.millrace.log.LogStore;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Groups as lines for people: columns parted by a tab, the first line names them. The node's agent thread. */
final class GroupDescription {
    private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final LogStore store;
    private final BrokerStateMachine machine;

    GroupDescription(final LogStore store, final BrokerStateMachine machine) {
        this.store = store;
        this.machine = machine;
    }

    /** Those groups all of whose topics may be seen. */
    String list(final Predicate<String> visibleTopics) {
        final StringBuilder lines = new StringBuilder("GROUP\tMEMBERS\tPARTITIONS\tLAG-BYTES\tTOPICS\n");
        for (final Group group : machine.groups()) {
            if (!group.topics().stream().allMatch(visibleTopics)) {
                continue;
            }
            long lag = 0;
            for (final GroupPartition partition : group.partitions()) {
                lag += Lag.length(store, topic(group, partition), partition.index(), partition.committedPosition());
            }
            row(
                    lines,
                    group.name(),
                    group.members().size(),
                    group.partitions().size(),
                    lag,
                    String.join(",", group.topics()));
        }
        return lines.toString();
    }

    String of(final Group group) {
        final StringBuilder lines = new StringBuilder(
                "TOPIC\tPARTITION\tCOMMITTED\tEND\tLAG-BYTES\tLAG-TIME\tOWNER\tEPOCH\tSINCE\tSTATE\n");
        for (final GroupPartition partition : group.partitions()) {
            final Member owner = machine.member(partition.ownerId());
            final String topic = topic(group, partition);
            final Lag lag = Lag.of(store, topic, partition.index(), partition.committedPosition());
            row(
                    lines,
                    topic,
                    partition.index(),
                    partition.committedPosition(),
                    lag.tail(),
                    lag.length(),
                    timeBehind(lag),
                    owner == null ? "-" : owner.name() + '#' + owner.id(),
                    partition.epoch(),
                    owner == null ? "-" : time(partition.ownedSinceNs()),
                    state(partition));
        }
        return lines.toString();
    }

    static void row(final StringBuilder lines, final Object... columns) {
        for (int i = 0; i < columns.length; i++) {
            lines.append(i == 0 ? "" : "\t").append(columns[i]);
        }
        lines.append('\n');
    }

    static String time(final long epochNs) {
        return Instant.ofEpochSecond(epochNs / NANOS_PER_SECOND, epochNs % NANOS_PER_SECOND)
                .toString();
    }

    private static String state(final GroupPartition partition) {
        if (partition.ownerId() == 0) {
            return "free";
        }
        return partition.letGoDeadlineNs() == 0 ? "owned" : "handing over to #" + partition.targetId();
    }

    private static String topic(final Group group, final GroupPartition partition) {
        return group.topics().get(partition.topicIndex());
    }

    /** How long ago the log took the record that is next: what a lag in bytes does not say. */
    private String timeBehind(final Lag lag) {
        if (lag.nextNs() == Lag.NO_TOPIC) {
            return "-";
        } else if (lag.nextNs() == Lag.GONE) {
            return "gone";
        }
        return lag.nextNs() == Lag.NOTHING
                ? "0s"
                : TimeUnit.NANOSECONDS.toMillis(store.logTimeNs() - lag.nextNs()) + "ms";
    }
}
