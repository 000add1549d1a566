package io.millrace.node;

import static io.millrace.node.GroupDescription.row;
import static io.millrace.node.GroupDescription.time;

import io.millrace.broker.BrokerStateMachine;
import io.millrace.broker.Member;
import io.millrace.broker.MessageQueue;
import io.millrace.broker.QueueMessage;
import io.millrace.broker.QueuePartition;
import io.millrace.log.LogStore;
import java.util.Locale;
import java.util.function.Predicate;

/** Queues as lines for people: columns parted by a tab, the first line names them. The node's agent thread. */
final class QueueDescription {
    private static final int MAX_MESSAGES = 500;

    private final LogStore store;
    private final BrokerStateMachine machine;

    QueueDescription(final LogStore store, final BrokerStateMachine machine) {
        this.store = store;
        this.machine = machine;
    }

    /** Those queues whose topic may be seen. */
    String list(final Predicate<String> visibleTopics) {
        final StringBuilder lines = new StringBuilder("QUEUE\tTOPIC\tCONSUMERS\tOUTSTANDING\tMAX-OUTSTANDING"
                + "\tLAG-BYTES\tACKED\tREDELIVERED\tDEAD\tGONE\n");
        for (final MessageQueue queue : machine.queues()) {
            if (!visibleTopics.test(queue.topic())) {
                continue;
            }
            long lag = 0;
            long dead = 0;
            for (final QueuePartition partition : queue.partitions()) {
                lag += Lag.length(store, queue.topic(), partition.index(), partition.cursor());
                dead += partition.letterCount();
            }
            row(
                    lines,
                    queue.name(),
                    queue.topic(),
                    queue.consumers().size(),
                    queue.outstandingCount(),
                    queue.maxOutstanding(),
                    lag,
                    queue.ackedCount(),
                    queue.redeliveredCount(),
                    dead,
                    queue.goneCount());
        }
        return lines.toString();
    }

    /** Who holds what and since when. */
    String of(final MessageQueue queue) {
        final StringBuilder lines =
                new StringBuilder("PARTITION\tPOSITION\tSTATE\tDELIVERIES\tCONSUMER\tSINCE\tUNTIL\tCAUSE\n");
        int count = 0;
        for (final QueuePartition partition : queue.partitions()) {
            for (final QueueMessage message : partition.messages()) {
                if (count++ < MAX_MESSAGES) {
                    final Member consumer = machine.member(message.consumerId());
                    row(
                            lines,
                            partition.index(),
                            message.position(),
                            message.state().name().toLowerCase(Locale.ROOT),
                            message.delivery() + "/" + queue.maxDeliveries(),
                            (consumer == null ? "" : consumer.name()) + '#' + message.consumerId(),
                            time(message.sinceNs()),
                            message.deadlineNs() == 0 ? "-" : time(message.deadlineNs()),
                            message.cause());
                }
            }
        }
        return lines.toString();
    }
}
