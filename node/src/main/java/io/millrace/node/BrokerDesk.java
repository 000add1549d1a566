package io.millrace.node;

import io.millrace.broker.Group;
import io.millrace.broker.MessageQueue;
import io.millrace.log.LogStore;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.node.access.AccessList;
import io.millrace.node.access.Operation;
import io.millrace.transport.protocol.AttachQueueRequest;
import io.millrace.transport.protocol.CommitEntry;
import io.millrace.transport.protocol.CreateQueueRequest;
import io.millrace.transport.protocol.GroupCommands;
import io.millrace.transport.protocol.JoinGroupRequest;
import io.millrace.transport.protocol.QueueCommands;
import io.millrace.transport.protocol.ResetGroupRequest;
import io.millrace.transport.protocol.SettleRequest;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.agrona.CloseHelper;

/**
 * Where commands for groups and queues come in: it finds the session, hands the command to its service, and rejects to the client what the
 * service refuses. The node's agent thread.
 */
final class BrokerDesk implements GroupCommands, QueueCommands, AutoCloseable {
    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final IntFunction<ClientSession> sessions;
    private final AccessList accessList;
    private final Broker broker;
    private final GroupService groups;
    private final QueueService queues;
    private long retryNs;
    private boolean isWaiting;

    BrokerDesk(final LogStore store, final NodeContext context, final IntFunction<ClientSession> sessions) {
        final BrokerLimits limits = BrokerLimits.of(context.settings());
        this.sessions = sessions;
        this.accessList = context.accessList();
        this.broker = new Broker(store);
        this.groups = new GroupService(store, broker, limits);
        this.queues = new QueueService(store, broker, limits);
        broker.listeners(groups, queues);
    }

    /** The groups that read a topic. */
    List<String> groupsOf(final String topic) {
        return broker.machine().groups().stream()
                .filter(group -> group.reads(topic))
                .map(Group::name)
                .toList();
    }

    /** The queues that hand out a topic's messages, or bury theirs in it. */
    List<String> queuesOf(final String topic) {
        return broker.machine().queues().stream()
                .filter(queue ->
                        queue.topic().equals(topic) || queue.deadLetterTopic().equals(topic))
                .map(MessageQueue::name)
                .toList();
    }

    /** Passes time, and sends what is due; throws what ends the node. */
    int doWork(final long nowNs) {
        if (isWaiting && nowNs - retryNs < 0) {
            return 0;
        }
        try {
            isWaiting = false;
            return broker.doWork(nowNs) + queues.doWork(nowNs);
        } catch (final MillraceException ex) {
            if (ex.code() != ErrorCode.STORAGE_FULL) {
                throw ex;
            }
            // The log takes records again once there is space.
            isWaiting = true;
            retryNs = nowNs + RETRY_NS;
            return 0;
        }
    }

    @Override
    public boolean onJoinGroup(final int clientId, final JoinGroupRequest request) {
        final ClientSession session = sessions.apply(clientId);
        return carryOut(session, request.correlationId(), () -> {
            check(session, request.topics());
            return groups.join(session, request, visible(session));
        });
    }

    @Override
    public boolean onCommitGroup(
            final int clientId, final long correlationId, final long member, final List<CommitEntry> entries) {
        final ClientSession session = sessions.apply(clientId);
        return carryOut(session, correlationId, () -> groups.commit(session, correlationId, member, entries));
    }

    @Override
    public void onMemberAlive(final int clientId, final long member) {
        broker.link(sessions.apply(clientId), member);
    }

    @Override
    public boolean onLeaveMember(final int clientId, final long member) {
        final ClientSession session = sessions.apply(clientId);
        return carryOut(session, 0, () -> groups.leave(session, member));
    }

    @Override
    public boolean onDescribeGroups(final int clientId, final long correlationId, final String groupName) {
        return answer(
                clientId,
                correlationId,
                groups.topics(groupName),
                session -> groups.describe(groupName, visible(session)));
    }

    @Override
    public boolean onResetGroup(final int clientId, final ResetGroupRequest request) {
        return answer(
                clientId,
                request.correlationId(),
                groups.topics(request.groupName()),
                session -> groups.reset(request));
    }

    @Override
    public boolean onDeleteGroup(final int clientId, final long correlationId, final String groupName) {
        return answer(
                clientId,
                correlationId,
                groups.topics(groupName),
                session -> groups.delete(groupName, visible(session)));
    }

    @Override
    public boolean onCreateQueue(final int clientId, final CreateQueueRequest request) {
        return answer(
                clientId,
                request.correlationId(),
                List.of(request.topic(), request.deadLetterTopic()),
                session -> queues.create(request, visible(session)));
    }

    @Override
    public boolean onAttachQueue(final int clientId, final AttachQueueRequest request) {
        final ClientSession session = sessions.apply(clientId);
        return carryOut(session, request.correlationId(), () -> {
            check(session, queues.topics(request.queueName()));
            return queues.attach(session, request);
        });
    }

    @Override
    public boolean onSettleMessages(final int clientId, final SettleRequest request) {
        final ClientSession session = sessions.apply(clientId);
        return carryOut(session, request.correlationId(), () -> queues.settle(session, request));
    }

    @Override
    public boolean onDescribeQueues(final int clientId, final long correlationId, final String queueName) {
        return answer(
                clientId,
                correlationId,
                queues.topics(queueName),
                session -> queues.describe(queueName, visible(session)));
    }

    @Override
    public boolean onDeleteQueue(final int clientId, final long correlationId, final String queueName) {
        return answer(
                clientId,
                correlationId,
                queues.topics(queueName),
                session -> queues.delete(queueName, visible(session)));
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(queues, broker);
    }

    private boolean answer(
            final int clientId,
            final long correlationId,
            final List<String> topics,
            final Function<ClientSession, String> command) {
        final ClientSession session = sessions.apply(clientId);
        return carryOut(session, correlationId, () -> {
            check(session, topics);
            final String lines = command.apply(session);
            if (lines != null) {
                session.answer(egress -> broker.proxy().described(egress, correlationId, lines));
            }
            return lines != null;
        });
    }

    /** Whoever may not take part over one of the topics may not look either. */
    private void check(final ClientSession session, final List<String> topics) {
        for (final String topic : topics) {
            accessList.check(session.principal(), Operation.GROUP, topic);
        }
    }

    private Predicate<String> visible(final ClientSession session) {
        return topic -> accessList.isAllowed(session.principal(), Operation.GROUP, topic);
    }

    private static boolean carryOut(
            final ClientSession session, final long correlationId, final BooleanSupplier command) {
        try {
            return command.getAsBoolean();
        } catch (final MillraceException ex) {
            session.reject(correlationId, ex.code(), ex.getMessage());
        } catch (final RuntimeException ex) {
            session.reject(correlationId, ErrorCode.INTERNAL, "command failed: " + ex);
        }
        return true;
    }
}
