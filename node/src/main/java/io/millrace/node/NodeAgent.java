package io.millrace.node;

import io.aeron.Aeron;
import io.aeron.ControlledFragmentAssembler;
import io.aeron.Subscription;
import io.millrace.log.LogStore;
import io.millrace.log.error.MillraceException;
import io.millrace.transport.ingress.IngressAdapter;
import io.millrace.transport.protocol.AttachQueueRequest;
import io.millrace.transport.protocol.CommandHandler;
import io.millrace.transport.protocol.CommitEntry;
import io.millrace.transport.protocol.ConnectRequest;
import io.millrace.transport.protocol.CreateQueueRequest;
import io.millrace.transport.protocol.JobRegistration;
import io.millrace.transport.protocol.JobReport;
import io.millrace.transport.protocol.JoinGroupRequest;
import io.millrace.transport.protocol.PublishedRecords;
import io.millrace.transport.protocol.ResetGroupRequest;
import io.millrace.transport.protocol.SettleRequest;
import io.millrace.transport.protocol.SubscribeRequest;
import io.millrace.transport.protocol.TopicSettings;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's duty cycle: takes commands off the wire and hands each to the desk that carries it out, then lets every session send. One
 * thread does all of it, so that nothing here needs a lock.
 *
 * <p>What goes wrong for one client ends its session or refuses its command. Only what is final ends all sessions: the node stays up
 * to say why, and does nothing more.
 */
final class NodeAgent implements Agent, CommandHandler {
    private static final Logger LOGGER = LoggerFactory.getLogger(NodeAgent.class);
    private static final int FRAGMENT_LIMIT = 64;

    private static final long HOUSEKEEPING_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Subscription ingress;
    private final Subscription ipcIngress;
    private final NodeCounters counters;
    private final BrokerDesk broker;
    private final IngressAdapter adapter = new IngressAdapter(this);
    private final ControlledFragmentAssembler assembler = new ControlledFragmentAssembler(adapter);
    private final SessionDesk sessions;
    private final LoginDesk logins;
    private final PublishDesk publishing;
    private final SubscribeDesk subscribing;
    private final TopicAdmin topicAdmin;
    private final LiveFeeds live;
    private final JobDesk jobs;
    private long nowNs;
    private long housekeepingDeadlineNs;
    private boolean isFailed;
    private final AtomicReference<MillraceException> failure = new AtomicReference<>();

    NodeAgent(
            final NodeContext context,
            final LogStore store,
            final Aeron aeron,
            final Subscription ingress,
            final Subscription ipcIngress,
            final NodeCounters counters,
            final EmbeddedJobs embeddedJobs) {
        this.ingress = ingress;
        this.ipcIngress = ipcIngress;
        this.counters = counters;
        this.sessions =
                new SessionDesk(context, ingress, ipcIngress, counters, failure::get, assembler::freeSessionBuffer);
        this.logins = new LoginDesk(context, store.directory(), aeron, ingress, ipcIngress, counters, sessions);
        this.publishing = new PublishDesk(store, context, sessions, counters, this::fail);
        this.subscribing = new SubscribeDesk(store, sessions);
        this.broker = new BrokerDesk(store, context, sessions::session);
        this.topicAdmin = new TopicAdmin(store, context);
        this.live = new LiveFeeds(context.settings(), aeron, counters, sessions::session);
        this.jobs = new JobDesk(context, sessions, embeddedJobs);
    }

    MillraceException failure() {
        return failure.get();
    }

    @Override
    public String roleName() {
        return "millrace-node";
    }

    @Override
    public int doWork() {
        nowNs = System.nanoTime();
        sessions.nowNs(nowNs);
        if (!isFailed && failure.get() != null) {
            isFailed = true;
            sessions.endAll(failure.get());
        }
        int workCount = ingress.controlledPoll(assembler, FRAGMENT_LIMIT)
                + ipcIngress.controlledPoll(assembler, FRAGMENT_LIMIT)
                + topicAdmin.doWork()
                + live.doWork(nowNs);
        workCount += logins.doWork() + sessions.doWork();
        workCount += doBrokerWork();
        if (nowNs - housekeepingDeadlineNs >= 0) {
            housekeepingDeadlineNs = nowNs + HOUSEKEEPING_INTERVAL_NS;
            sessions.dropTheGone();
            counters.messagesIgnored(adapter.ignoredCount() + logins.strangerCount());
        }
        return workCount;
    }

    @Override
    public void onClose() {
        topicAdmin.close();
        sessions.close();
        CloseHelper.quietCloseAll(broker, live);
    }

    /** Remembers the first failure, from any thread; the duty cycle ends all clients with it. */
    void fail(final MillraceException cause) {
        if (failure.compareAndSet(null, cause)) {
            LOGGER.error("node fails: {}", cause.getMessage());
        }
    }

    @Override
    public boolean isSession(final int clientId, final long tokenHigh, final long tokenLow) {
        return sessions.isSession(clientId, tokenHigh, tokenLow);
    }

    @Override
    public boolean onConnect(final int clientId, final ConnectRequest request) {
        return logins.onConnect(clientId, request);
    }

    @Override
    public boolean onAuthenticate(
            final int clientId, final long correlationId, final byte[] clientNonce, final byte[] proof) {
        return logins.onAuthenticate(clientId, correlationId, clientNonce, proof);
    }

    @Override
    public boolean onOpenProducer(
            final int clientId,
            final long correlationId,
            final String topicName,
            final String producerName,
            final int epoch) {
        return publishing.onOpenProducer(clientId, correlationId, topicName, producerName, epoch);
    }

    @Override
    public boolean onPublish(final int clientId, final PublishedRecords records) {
        return publishing.onPublish(clientId, records);
    }

    @Override
    public void onCorruptCommand(final int clientId) {
        publishing.onCorruptCommand(clientId);
    }

    @Override
    public boolean onSubscribe(final int clientId, final SubscribeRequest request) {
        return subscribing.onSubscribe(clientId, request);
    }

    @Override
    public void onUnsubscribe(final int clientId, final int subscription) {
        subscribing.onUnsubscribe(clientId, subscription);
    }

    @Override
    public void onShareLive(final int clientId, final int subscription) {
        live.onShareLive(clientId, subscription);
    }

    @Override
    public void onListenLive(final int clientId, final int subscription, final int feed, final int port) {
        live.onListenLive(clientId, subscription, feed, port);
    }

    @Override
    public void onFollowLive(final int clientId, final int subscription, final int partition) {
        live.onFollowLive(clientId, subscription, partition);
    }

    @Override
    public boolean onReplayFrom(final int clientId, final int subscription, final int partition, final long position) {
        return live.onReplayFrom(clientId, subscription, partition, position);
    }

    @Override
    public void onKeepAlive(final int clientId) {
        // That its token was looked at has shown that the client is alive.
    }

    @Override
    public void onClose(final int clientId) {
        sessions.session(clientId).close();
    }

    @Override
    public boolean onJoinGroup(final int clientId, final JoinGroupRequest request) {
        return broker.onJoinGroup(clientId, request);
    }

    @Override
    public boolean onCommitGroup(
            final int clientId, final long correlationId, final long member, final List<CommitEntry> entries) {
        return broker.onCommitGroup(clientId, correlationId, member, entries);
    }

    @Override
    public void onMemberAlive(final int clientId, final long member) {
        broker.onMemberAlive(clientId, member);
    }

    @Override
    public boolean onLeaveMember(final int clientId, final long member) {
        return broker.onLeaveMember(clientId, member);
    }

    @Override
    public boolean onDescribeGroups(final int clientId, final long correlationId, final String groupName) {
        return broker.onDescribeGroups(clientId, correlationId, groupName);
    }

    @Override
    public boolean onResetGroup(final int clientId, final ResetGroupRequest request) {
        return broker.onResetGroup(clientId, request);
    }

    @Override
    public boolean onDeleteGroup(final int clientId, final long correlationId, final String groupName) {
        return broker.onDeleteGroup(clientId, correlationId, groupName);
    }

    @Override
    public boolean onCreateQueue(final int clientId, final CreateQueueRequest request) {
        return broker.onCreateQueue(clientId, request);
    }

    @Override
    public boolean onAttachQueue(final int clientId, final AttachQueueRequest request) {
        return broker.onAttachQueue(clientId, request);
    }

    @Override
    public boolean onSettleMessages(final int clientId, final SettleRequest request) {
        return broker.onSettleMessages(clientId, request);
    }

    @Override
    public boolean onDescribeQueues(final int clientId, final long correlationId, final String queueName) {
        return broker.onDescribeQueues(clientId, correlationId, queueName);
    }

    @Override
    public boolean onDeleteQueue(final int clientId, final long correlationId, final String queueName) {
        return broker.onDeleteQueue(clientId, correlationId, queueName);
    }

    private int doBrokerWork() {
        try {
            return isFailed ? 0 : broker.doWork(nowNs);
        } catch (final MillraceException ex) {
            fail(ex);
            return 1;
        }
    }

    @Override
    public boolean onCreateTopic(
            final int clientId, final long correlationId, final String name, final TopicSettings settings) {
        topicAdmin.create(sessions.session(clientId), correlationId, name, settings);
        return true;
    }

    @Override
    public boolean onListTopics(
            final int clientId, final long correlationId, final String after, final boolean hasInternal) {
        topicAdmin.list(sessions.session(clientId), correlationId, after, hasInternal);
        return true;
    }

    @Override
    public boolean onDescribeTopic(
            final int clientId, final long correlationId, final String name, final int firstPartition) {
        topicAdmin.describe(sessions.session(clientId), correlationId, name, firstPartition);
        return true;
    }

    @Override
    public boolean onAlterTopic(
            final int clientId, final long correlationId, final String name, final TopicSettings settings) {
        topicAdmin.alter(sessions.session(clientId), correlationId, name, settings);
        return true;
    }

    @Override
    public boolean onDeleteTopic(
            final int clientId, final long correlationId, final String name, final boolean isForced) {
        topicAdmin.delete(
                sessions.session(clientId),
                correlationId,
                name,
                isForced,
                broker.groupsOf(name),
                broker.queuesOf(name));
        return true;
    }

    @Override
    public boolean onRegisterJob(final int clientId, final JobRegistration job) {
        return jobs.onRegisterJob(clientId, job);
    }

    @Override
    public void onReportJob(final int clientId, final long jobKey, final JobReport report) {
        jobs.onReportJob(clientId, jobKey, report);
    }

    @Override
    public boolean onListJobs(final int clientId, final long correlationId, final String after) {
        return jobs.onListJobs(clientId, correlationId, after);
    }

    @Override
    public boolean onStopJob(final int clientId, final long correlationId, final String name) {
        return jobs.onStopJob(clientId, correlationId, name);
    }
}
