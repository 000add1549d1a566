package io.millrace.node;

import io.millrace.log.LogStore;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
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
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.agrona.CloseHelper;

/**
 * Where commands for groups and queues come in: it finds the session, hands the command to its service, and rejects to the client what the
 * service refuses. The node's agent thread.
 */
final class BrokerDesk implements GroupCommands, QueueCommands, AutoCloseable {
    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final IntFunction<ClientSession> sessions;
    private final Broker broker;
    private final GroupService groups;
    private final QueueService queues;
    private long retryNs;
    private boolean isWaiting;

    BrokerDesk(final LogStore store, final IntFunction<ClientSession> sessions) {
        this.sessions = sessions;
        this.broker = new Broker(store);
        this.groups = new GroupService(store, broker);
        this.queues = new QueueService(store, broker);
        broker.listeners(groups, queues);
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
        return carryOut(session, request.correlationId(), () -> groups.join(session, request));
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
        return answer(clientId, correlationId, () -> groups.describe(groupName));
    }

    @Override
    public boolean onResetGroup(final int clientId, final ResetGroupRequest request) {
        return answer(clientId, request.correlationId(), () -> groups.reset(request));
    }

    @Override
    public boolean onDeleteGroup(final int clientId, final long correlationId, final String groupName) {
        return answer(clientId, correlationId, () -> groups.delete(groupName));
    }

    @Override
    public boolean onCreateQueue(final int clientId, final CreateQueueRequest request) {
        return answer(clientId, request.correlationId(), () -> queues.create(request));
    }

    @Override
    public boolean onAttachQueue(final int clientId, final AttachQueueRequest request) {
        final ClientSession session = sessions.apply(clientId);
        return carryOut(session, request.correlationId(), () -> queues.attach(session, request));
    }

    @Override
    public boolean onSettleMessages(final int clientId, final SettleRequest request) {
        final ClientSession session = sessions.apply(clientId);
        return carryOut(session, request.correlationId(), () -> queues.settle(session, request));
    }

    @Override
    public boolean onDescribeQueues(final int clientId, final long correlationId, final String queueName) {
        return answer(clientId, correlationId, () -> queues.describe(queueName));
    }

    @Override
    public boolean onDeleteQueue(final int clientId, final long correlationId, final String queueName) {
        return answer(clientId, correlationId, () -> queues.delete(queueName));
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(queues, broker);
    }

    private boolean answer(final int clientId, final long correlationId, final Supplier<String> command) {
        final ClientSession session = sessions.apply(clientId);
        return carryOut(session, correlationId, () -> {
            final String lines = command.get();
            if (lines != null) {
                session.answer(egress -> broker.proxy().described(egress, correlationId, lines));
            }
            return lines != null;
        });
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
