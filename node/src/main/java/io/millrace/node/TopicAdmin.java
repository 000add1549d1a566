package io.millrace.node;

import io.millrace.log.LogPartition;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.TopicSpec;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.node.access.AccessList;
import io.millrace.node.access.Operation;
import io.millrace.node.config.NodeSettings;
import io.millrace.transport.egress.TopicEventProxy;
import io.millrace.transport.protocol.TopicDescription;
import io.millrace.transport.protocol.TopicSettings;
import io.millrace.transport.protocol.TopicSummary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates, lists, describes, alters and deletes topics for clients. The work is done on a thread of its own, one command after the
 * other, since the space of a topic is really taken on disk and that takes time; answers are sent by the agent's duty cycle.
 */
final class TopicAdmin implements AutoCloseable {
    /** What names begin with that are Millrace's own. */
    private static final String RESERVED_PREFIX = "__";

    private static final Logger LOGGER = LoggerFactory.getLogger(TopicAdmin.class);
    private static final int MAX_WAITING = 64;
    private static final long CLOSE_TIMEOUT_S = 30;

    private final LogStore store;
    private final NodeSettings settings;
    private final AccessList accessList;
    private final TopicEventProxy events = new TopicEventProxy();
    private final ConcurrentLinkedQueue<Runnable> answers = new ConcurrentLinkedQueue<>();
    private final ThreadPoolExecutor thread;

    TopicAdmin(final LogStore store, final NodeContext context) {
        this.store = store;
        this.settings = context.settings();
        this.accessList = context.accessList();
        this.thread = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), task -> {
            final Thread made = new Thread(task, "millrace-node-topics");
            made.setDaemon(true);
            return made;
        });
        thread.allowCoreThreadTimeOut(true);
    }

    /** Sends the answers to what has been done since. The agent's thread. */
    int doWork() {
        int count = 0;
        for (Runnable answer = answers.poll(); answer != null; answer = answers.poll()) {
            answer.run();
            count++;
        }
        return count;
    }

    void create(final ClientSession session, final long correlationId, final String name, final TopicSettings wanted) {
        submit(session, correlationId, Operation.CREATE, name, () -> {
            final TopicSpec spec = newSpec(name, wanted);
            if (store.hasTopic(name)) {
                throw new MillraceException(
                        ErrorCode.TOPIC_EXISTS, "topic exists: topic=" + name + "; alter it, or use another name");
            }
            final int maxTopics = settings.value(NodeSettings.MAX_TOPICS);
            if (store.topics().size() >= maxTopics) {
                throw new MillraceException(
                        ErrorCode.LIMIT_REACHED,
                        "too many topics: max.topics=" + maxTopics + "; delete some or raise that setting of the node");
            }
            store.createTopic(spec);
            LOGGER.info("topic created: {}", spec);
            return egress -> events.done(egress, correlationId);
        });
    }

    void list(final ClientSession session, final long correlationId, final String after, final boolean hasInternal) {
        submit(session, correlationId, () -> {
            final List<TopicSummary> page = new ArrayList<>();
            boolean hasMore = false;
            for (final LogTopic topic : store.topics()) {
                if (topic.name().compareTo(after) > 0
                        && (hasInternal || !topic.spec().isInternal())) {
                    if (page.size() == TopicEventProxy.MAX_TOPICS) {
                        hasMore = true;
                        break;
                    }
                    page.add(summary(topic));
                }
            }
            final boolean isMore = hasMore;
            return egress -> events.topics(egress, correlationId, page, isMore);
        });
    }

    void describe(final ClientSession session, final long correlationId, final String name, final int firstPartition) {
        submit(session, correlationId, Operation.READ, name, () -> {
            final LogTopic topic = Admission.topic(store, name, visibleTo(session));
            final List<TopicDescription.PartitionRange> ranges = new ArrayList<>();
            for (int i = Math.max(0, firstPartition);
                    i < topic.partitionCount() && ranges.size() < TopicEventProxy.MAX_PARTITIONS;
                    i++) {
                final LogPartition partition = topic.partition(i);
                ranges.add(new TopicDescription.PartitionRange(
                        partition.beginPosition(), partition.tailPosition(), partition.durablePosition()));
            }
            final TopicDescription description =
                    new TopicDescription(topic.id(), topic.spec(), Math.max(0, firstPartition), ranges);
            return egress -> events.described(egress, correlationId, description);
        });
    }

    void alter(final ClientSession session, final long correlationId, final String name, final TopicSettings wanted) {
        submit(session, correlationId, Operation.ADMIN, name, () -> {
            final LogTopic topic = Admission.topic(store, name, visibleTo(session));
            if (topic.spec().isInternal()) {
                throw new MillraceException(
                        ErrorCode.CONFIGURATION, "topic is internal, only its job alters it: topic=" + name);
            }
            store.alterTopic(kept(topic.spec(), wanted));
            LOGGER.info("topic altered: {}", topic.spec());
            return egress -> events.done(egress, correlationId);
        });
    }

    /** Deletes a topic; one that a queue needs never, one that a group reads, or that others are made from, when it is forced. */
    void delete(
            final ClientSession session,
            final long correlationId,
            final String name,
            final boolean isForced,
            final List<String> groups,
            final List<String> queues) {
        submit(session, correlationId, Operation.DELETE, name, () -> {
            Admission.topic(store, name, visibleTo(session));
            if (name.startsWith(RESERVED_PREFIX)) {
                throw new MillraceException(
                        ErrorCode.IN_USE, "topic is the node's own and cannot be deleted while it runs: topic=" + name);
            }
            checkUnused(name, groups, queues, isForced);
            store.deleteTopic(name, isForced || isMerelySpokenOf(name));
            LOGGER.info("topic deleted: {}", name);
            return egress -> events.done(egress, correlationId);
        });
    }

    private static void checkUnused(
            final String name, final List<String> groups, final List<String> queues, final boolean isForced) {
        if (!queues.isEmpty()) {
            throw new MillraceException(
                    ErrorCode.IN_USE,
                    "queues take messages from it or bury them there: topic=" + name + " queues=" + queues
                            + "; delete those first");
        }
        if (!groups.isEmpty() && !isForced) {
            throw new MillraceException(
                    ErrorCode.IN_USE,
                    "consumer groups read it: topic=" + name + " groups=" + groups
                            + "; delete those first, or force it: they begin anew with the next topic of that name");
        }
    }

    /** What groups and queues did with it is written down, and none of them is there any more. */
    private boolean isMerelySpokenOf(final String name) {
        final List<LogTopic> derived = store.derivedTopics(name);
        return !store.topic(name).spec().isInternal()
                && derived.stream().allMatch(topic -> topic.name().equals(BrokerLog.TOPIC));
    }

    /** Lets what was begun come to its end, so that the store is not closed under it. */
    @Override
    public void close() {
        thread.getQueue().clear();
        thread.shutdown();
        try {
            thread.awaitTermination(CLOSE_TIMEOUT_S, TimeUnit.SECONDS);
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    private Predicate<String> visibleTo(final ClientSession session) {
        return topic -> accessList.isAllowed(session.principal(), Operation.READ, topic);
    }

    /** Looks whether the client may do it before anything else is looked at, and then has it done. */
    private void submit(
            final ClientSession session,
            final long correlationId,
            final Operation operation,
            final String topic,
            final Supplier<ClientSession.Answer> work) {
        try {
            accessList.check(session.principal(), operation, topic);
        } catch (final MillraceException ex) {
            session.reject(correlationId, ex.code(), ex.getMessage());
            return;
        }
        submit(session, correlationId, work);
    }

    private void submit(
            final ClientSession session, final long correlationId, final Supplier<ClientSession.Answer> work) {
        try {
            thread.execute(() -> {
                Runnable answer;
                try {
                    final ClientSession.Answer result = work.get();
                    answer = () -> session.answer(result);
                } catch (final RuntimeException ex) {
                    answer = () -> session.reject(correlationId, codeOf(ex), messageOf(ex));
                }
                answers.add(answer);
            });
        } catch (final RejectedExecutionException ex) {
            session.reject(
                    correlationId,
                    ErrorCode.LIMIT_REACHED,
                    "too many commands on topics are waiting: max=" + MAX_WAITING + "; try again later");
        }
    }

    private static ErrorCode codeOf(final RuntimeException ex) {
        if (ex instanceof MillraceException known) {
            return known.code();
        }
        return ex instanceof IllegalArgumentException ? ErrorCode.CONFIGURATION : ErrorCode.INTERNAL;
    }

    private static String messageOf(final RuntimeException ex) {
        return ex instanceof MillraceException || ex instanceof IllegalArgumentException
                ? ex.getMessage()
                : "command failed: " + ex;
    }

    private TopicSpec newSpec(final String name, final TopicSettings wanted) {
        final TopicSpec named = TopicSpec.named(name);
        if (name.startsWith(RESERVED_PREFIX)) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION,
                    "topic names that begin with " + RESERVED_PREFIX + " are Millrace's own: topic=" + name);
        }
        final int maxPartitions = settings.value(NodeSettings.MAX_PARTITIONS);
        if (wanted.partitions() > maxPartitions) {
            throw new MillraceException(
                    ErrorCode.LIMIT_REACHED,
                    "too many partitions: topic=" + name + " partitions=" + wanted.partitions() + " max.partitions="
                            + maxPartitions + "; use fewer or raise that setting of the node");
        }
        TopicSpec spec = named.partitions(wanted.partitions() == 0 ? 1 : wanted.partitions())
                .durability(
                        wanted.durability() == null
                                ? settings.value(NodeSettings.TOPIC_DURABILITY)
                                : wanted.durability());
        if (wanted.segmentLength() != 0) {
            spec = spec.segmentLength(wanted.segmentLength());
        }
        return kept(spec, wanted);
    }

    /** What of a topic is kept, changed where something was said. */
    private static TopicSpec kept(final TopicSpec before, final TopicSettings wanted) {
        TopicSpec spec = before;
        if (wanted.retentionBytes() != TopicSettings.NOT_SAID) {
            spec = spec.retentionBytes(wanted.retentionBytes());
        }
        if (wanted.retentionTimeNs() != TopicSettings.NOT_SAID) {
            spec = spec.retentionTime(
                    wanted.retentionTimeNs() == 0 ? null : Duration.ofNanos(wanted.retentionTimeNs()));
        }
        if (wanted.tombstoneRetentionNs() != TopicSettings.NOT_SAID) {
            spec = spec.tombstoneRetention(Duration.ofNanos(wanted.tombstoneRetentionNs()));
        }
        return wanted.compaction() == TopicSettings.NOT_SAID ? spec : spec.compacted(wanted.compaction() == 1);
    }

    private static TopicSummary summary(final LogTopic topic) {
        long heldBytes = 0;
        for (int i = 0; i < topic.partitionCount(); i++) {
            heldBytes += topic.partition(i).tailPosition() - topic.partition(i).beginPosition();
        }
        return new TopicSummary(
                topic.name(),
                topic.partitionCount(),
                heldBytes,
                topic.spec().durability(),
                topic.spec().isInternal());
    }
}
