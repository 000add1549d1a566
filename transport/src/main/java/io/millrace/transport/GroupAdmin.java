package io.millrace.transport;

import io.millrace.log.JdkAccess;
import io.millrace.log.error.MillraceException;
import io.millrace.transport.ingress.GroupCommandProxy;
import io.millrace.transport.protocol.CreateQueueRequest;
import io.millrace.transport.protocol.ResetGroupRequest;
import io.millrace.transport.protocol.StartPoint;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;

/**
 * Looks at the consumer groups and queues of a node, and changes them. Descriptions are lines that end with a line feed, their columns
 * parted by a tab; the first line names the columns. One thread.
 */
public final class GroupAdmin implements AutoCloseable {
    /** Lease of a message when none is given: 30 s. */
    public static final long DEFAULT_LEASE_NS = TimeUnit.SECONDS.toNanos(30);

    /** Deliveries before a message is a dead letter, when none are given. */
    public static final int DEFAULT_MAX_DELIVERIES = 5;

    /** Messages under way in a queue at most, when none are given. */
    public static final int DEFAULT_MAX_OUTSTANDING = 1_000;

    static {
        JdkAccess.open();
    }

    private final Connection connection;
    private final GroupCommandProxy commands;
    private final Answers answers;

    private GroupAdmin(final Context context) {
        answers = new Answers();
        connection = Connection.open(context.conclude(), answers);
        commands = new GroupCommandProxy(connection.ingress());
    }

    /**
     * Connects to a node.
     *
     * @param context with the settings
     * @return the client
     * @throws MillraceException when the settings are wrong or no node answers
     */
    public static GroupAdmin connect(final Context context) {
        return new GroupAdmin(context);
    }

    /**
     * Lists the groups: members, partitions and lag of each.
     *
     * @return lines
     */
    public String listGroups() {
        return ask("list groups", id -> commands.describeGroups(id, ""));
    }

    /**
     * Tells who owns which partition of a group, since when, and how far it is behind.
     *
     * @param group name
     * @return lines
     * @throws MillraceException NOT_FOUND when there is no such group
     */
    public String describeGroup(final String group) {
        return ask("describe group", id -> commands.describeGroups(id, group));
    }

    /**
     * Sets where a group goes on. Members that own a partition lose it and get it back with the new position.
     *
     * @param group     name
     * @param topic     of the group; empty for all
     * @param partition of the topic; -1 for all
     * @param start     where to go on
     * @return lines about the group as it is then
     */
    public String resetGroup(final String group, final String topic, final int partition, final StartPoint start) {
        return ask("reset group", id -> commands.resetGroup(new ResetGroupRequest(id, group, topic, partition, start)));
    }

    /**
     * Forgets a group that has no members.
     *
     * @param group name
     * @return lines about the groups that are left
     */
    public String deleteGroup(final String group) {
        return ask("delete group", id -> commands.deleteGroup(id, group));
    }

    /**
     * Makes a queue with the default settings, unless it is there with the same ones. Its dead letters go to the topic NAME.dead.
     *
     * @param queue name
     * @param topic whose records it hands out, from the first one on
     * @return lines about the queue
     */
    public String createQueue(final String queue, final String topic) {
        return createQueue(
                queue, topic, queue + ".dead", DEFAULT_LEASE_NS, DEFAULT_MAX_DELIVERIES, DEFAULT_MAX_OUTSTANDING);
    }

    /**
     * Makes a queue, unless it is there with the same settings.
     *
     * @param queue           name
     * @param topic           whose records it hands out, from the first one on
     * @param deadLetterTopic where messages go that were delivered as often as they may be; made when it is not there
     * @param leaseNs         how long a consumer may hold a message, in ns, 100 ms to 24 h
     * @param maxDeliveries   1 to 1,000
     * @param maxOutstanding  messages delivered and not done with, 1 to 100,000
     * @return lines about the queue
     */
    public String createQueue(
            final String queue,
            final String topic,
            final String deadLetterTopic,
            final long leaseNs,
            final int maxDeliveries,
            final int maxOutstanding) {
        return ask(
                "create queue",
                id -> commands.createQueue(new CreateQueueRequest(
                        id, queue, topic, deadLetterTopic, leaseNs, maxDeliveries, maxOutstanding, false)));
    }

    /**
     * Lists the queues: consumers, messages under way, and counts of each.
     *
     * @return lines
     */
    public String listQueues() {
        return ask("list queues", id -> commands.describeQueues(id, ""));
    }

    /**
     * Tells who holds which message of a queue and since when, what waits, and what is dead.
     *
     * @param queue name
     * @return lines
     * @throws MillraceException NOT_FOUND when there is no such queue
     */
    public String describeQueue(final String queue) {
        return ask("describe queue", id -> commands.describeQueues(id, queue));
    }

    /**
     * Forgets a queue that has no consumers; its topic and its dead letters stay.
     *
     * @param queue name
     * @return lines about the queues that are left
     */
    public String deleteQueue(final String queue) {
        return ask("delete queue", id -> commands.deleteQueue(id, queue));
    }

    /** Ends the session. */
    @Override
    public void close() {
        connection.close();
    }

    private String ask(final String what, final LongUnaryOperator command) {
        final long correlationId = connection.nextCorrelationId();
        connection.request(
                what,
                correlationId,
                () -> command.applyAsLong(correlationId),
                () -> answers.correlationId == correlationId);
        return answers.lines;
    }

    private static final class Answers extends SessionEvents {
        private long correlationId;
        private String lines;

        @Override
        public void onDescribed(final long ofCommand, final String described) {
            correlationId = ofCommand;
            lines = described;
        }
    }

    /** What a {@link GroupAdmin} is made from. Channel must be set; the rest has defaults. */
    public static final class Context extends ClientContext<Context> {
        /** Creates a context with defaults. */
        public Context() {}

        @Override
        public String toString() {
            return "groups and queues";
        }

        @Override
        Context self() {
            return this;
        }

        ConnectionSettings conclude() {
            final ConnectionSettings settings = settings("groups and queues");
            ConnectionSettings.check("group admin", settings.problems());
            close();
            return settings;
        }
    }
}
