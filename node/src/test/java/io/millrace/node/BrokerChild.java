package io.millrace.node;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.transport.GroupListener;
import io.millrace.transport.GroupSubscriber;
import io.millrace.transport.QueueConsumer;
import io.millrace.transport.protocol.DeliveredMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that is a member of a group and a consumer of a queue. It commits and acks only when a line comes in, and then says what became
 * of it.
 */
public final class BrokerChild {
    private BrokerChild() {}

    /**
     * Runs until it is killed.
     *
     * @param args directory of the media driver, channel of the node, name
     * @throws IOException when the parent is gone
     */
    public static void main(final String[] args) throws IOException {
        final List<DeliveredMessage> held = new ArrayList<>();
        final int[] records = {0};
        final int[] lost = {0};
        final GroupListener listener = new GroupListener() {
            @Override
            public void onLost(final String topic, final int partition) {
                lost[0]++;
            }
        };
        try (GroupSubscriber member = GroupSubscriber.connect(
                        BrokerFixture.member(args[0], args[1], args[2]).listener(listener));
                QueueConsumer consumer = QueueConsumer.connect(BrokerFixture.consumer(args[0], args[1], args[2]))) {
            boolean isReady = false;
            while (!Thread.currentThread().isInterrupted()) {
                if (System.in.available() > 0) {
                    System.in.readNBytes(System.in.available());
                    System.out.println("commit " + commit(member, lost));
                    held.forEach(consumer::ack);
                    while (consumer.pendingCount() > 0) {
                        consumer.poll((message, record) -> {}, 10);
                    }
                    System.out.println("acked " + consumer.ackedCount() + " fenced " + consumer.fencedCount());
                }
                member.poll((topic, partition, record) -> records[0]++, 10);
                consumer.poll((message, record) -> held.add(message), 10);
                if (!isReady && records[0] > 0 && held.size() == BrokerFixture.CREDIT) {
                    isReady = true;
                    System.out.println("ready");
                }
                LockSupport.parkNanos(100_000);
            }
        }
    }

    /** Mostly the commit itself is refused; a process that was stopped within a poll hears first that it has lost all. */
    private static String commit(final GroupSubscriber member, final int[] lost) {
        try {
            member.commitSync();
            return lost[0] > 0 ? "refused" : "accepted";
        } catch (final MillraceException ex) {
            return ex.code() == ErrorCode.FENCED ? "refused" : ex.toString();
        }
    }
}
