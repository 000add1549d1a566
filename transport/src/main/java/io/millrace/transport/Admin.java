package io.millrace.transport;

import io.millrace.log.JdkAccess;
import io.millrace.log.TopicSpec;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.transport.ingress.TopicCommandProxy;
import io.millrace.transport.protocol.TopicDescription;
import io.millrace.transport.protocol.TopicSettings;
import io.millrace.transport.protocol.TopicSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Creates, lists, describes, alters and deletes topics of a node. Every call waits for the node's answer, and what the node does
 * not do is thrown, with its reason; the next call may be made all the same. One thread.
 */
public final class Admin implements AutoCloseable {
    static {
        JdkAccess.open();
    }

    /** Space for all segments of a topic is taken when it is created, so an answer may take its time. */
    private static final long ANSWER_TIMEOUT_NS = TimeUnit.MINUTES.toNanos(2);

    private static final long IDLE_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int FRAGMENT_LIMIT = 16;

    private final Events events = new Events();
    private final Connection connection;
    private final TopicCommandProxy commands;

    private Admin(final AdminContext context) {
        connection = Connection.open(context.settings(), events);
        commands = new TopicCommandProxy(connection.ingress());
    }

    /**
     * Connects to a node; waits for it as long as the context allows.
     *
     * @param context with the settings
     * @return the admin
     * @throws MillraceException when the settings are wrong, no node answers, or it refuses
     */
    public static Admin connect(final AdminContext context) {
        return new Admin(context.conclude());
    }

    /**
     * Creates a topic.
     *
     * @param name     of the topic, see {@link TopicSpec#named(String)}
     * @param settings of the topic
     * @throws MillraceException TOPIC_EXISTS when there is one of that name; CONFIGURATION when something in it is not allowed;
     *     STORAGE_FULL
     */
    public void createTopic(final String name, final TopicSettings settings) {
        final long id = connection.nextCorrelationId();
        request("create topic " + name, id, () -> commands.create(id, name, settings));
    }

    /**
     * Lists topics.
     *
     * @param hasInternal whether those count that Millrace made for itself
     * @return topics that this client may see, in the order of their names
     */
    public List<TopicSummary> topics(final boolean hasInternal) {
        final List<TopicSummary> all = new ArrayList<>();
        do {
            final String after = all.isEmpty() ? "" : all.get(all.size() - 1).name();
            final long id = connection.nextCorrelationId();
            request("list topics", id, () -> commands.list(id, after, hasInternal));
            all.addAll(events.page);
        } while (events.hasMore && !events.page.isEmpty());
        return all;
    }

    /**
     * Tells what a topic is, and what its partitions hold.
     *
     * @param name of the topic
     * @return the topic
     * @throws MillraceException UNKNOWN_TOPIC when there is none of that name
     */
    public TopicDescription describeTopic(final String name) {
        final List<TopicDescription.PartitionRange> partitions = new ArrayList<>();
        TopicDescription last;
        do {
            final int first = partitions.size();
            final long id = connection.nextCorrelationId();
            request("describe topic " + name, id, () -> commands.describe(id, name, first));
            last = events.description;
            partitions.addAll(last.partitions());
        } while (partitions.size() < last.spec().partitions()
                && !last.partitions().isEmpty());
        return new TopicDescription(last.topicId(), last.spec(), 0, partitions);
    }

    /**
     * Changes how much of a topic is kept.
     *
     * @param name     of the topic
     * @param settings that are to change: retention, tombstone retention, compaction
     * @throws MillraceException UNKNOWN_TOPIC when there is none of that name; CONFIGURATION when something is not allowed
     */
    public void alterTopic(final String name, final TopicSettings settings) {
        final long id = connection.nextCorrelationId();
        request("alter topic " + name, id, () -> commands.alter(id, name, settings));
    }

    /**
     * Deletes a topic with all its records.
     *
     * @param name     of the topic
     * @param isForced although other topics are made from it, or Millrace made it for itself
     * @throws MillraceException UNKNOWN_TOPIC when there is none of that name; IN_USE when it is not forced and has to be
     */
    public void deleteTopic(final String name, final boolean isForced) {
        final long id = connection.nextCorrelationId();
        request("delete topic " + name, id, () -> commands.delete(id, name, isForced));
    }

    /**
     * Tells which store the node serves: made once, and the same for as long as the store lives.
     *
     * @return 32 hexadecimal digits
     */
    public String storeIdentity() {
        return String.format(
                "%016x%016x", events.session().storeHigh(), events.session().storeLow());
    }

    @Override
    public void close() {
        connection.close();
    }

    @Override
    public String toString() {
        return "Admin{" + connection + '}';
    }

    private void request(final String what, final long correlationId, final LongSupplier command) {
        final long deadlineNs = System.nanoTime() + ANSWER_TIMEOUT_NS;
        boolean isSent = false;
        while (events.answeredId != correlationId) {
            isSent = isSent || command.getAsLong() > 0;
            connection.poll(FRAGMENT_LIMIT);
            if (events.failure() != null) {
                throw events.failure();
            }
            if (events.rejection(correlationId) != null) {
                throw events.rejection(correlationId);
            }
            if (!connection.isConnected()) {
                throw new MillraceException(
                        ErrorCode.TRANSPORT, what + " was not answered: the node is gone; " + connection);
            }
            if (System.nanoTime() - deadlineNs >= 0) {
                throw new MillraceException(ErrorCode.TRANSPORT, what + " was not answered in time: " + connection);
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new MillraceException(ErrorCode.INTERRUPTED, what + " was interrupted: " + connection);
            }
            LockSupport.parkNanos(IDLE_NS);
        }
    }

    /** What the node has answered last. */
    private static final class Events extends SessionEvents {
        private long answeredId;
        private List<TopicSummary> page = List.of();
        private boolean hasMore;
        private TopicDescription description;

        @Override
        public void onTopicDone(final long correlationId) {
            answeredId = correlationId;
        }

        @Override
        public void onTopics(final long correlationId, final List<TopicSummary> topics, final boolean isMore) {
            page = topics;
            hasMore = isMore;
            answeredId = correlationId;
        }

        @Override
        public void onTopicDescribed(final long correlationId, final TopicDescription topic) {
            description = topic;
            answeredId = correlationId;
        }
    }
}
