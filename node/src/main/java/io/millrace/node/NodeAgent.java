package io.millrace.node;

import io.aeron.Aeron;
import io.aeron.ChannelUri;
import io.aeron.CommonContext;
import io.aeron.ControlledFragmentAssembler;
import io.aeron.Image;
import io.aeron.Subscription;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.node.access.Operation;
import io.millrace.node.config.NodeSettings;
import io.millrace.transport.ingress.IngressAdapter;
import io.millrace.transport.protocol.AttachQueueRequest;
import io.millrace.transport.protocol.ChannelRules;
import io.millrace.transport.protocol.CommandHandler;
import io.millrace.transport.protocol.CommitEntry;
import io.millrace.transport.protocol.ConnectRequest;
import io.millrace.transport.protocol.ConnectedSession;
import io.millrace.transport.protocol.CreateQueueRequest;
import io.millrace.transport.protocol.JoinGroupRequest;
import io.millrace.transport.protocol.MachineIdentity;
import io.millrace.transport.protocol.OpenedProducer;
import io.millrace.transport.protocol.ProtocolDescriptor;
import io.millrace.transport.protocol.PublishedRecords;
import io.millrace.transport.protocol.ResetGroupRequest;
import io.millrace.transport.protocol.SettleRequest;
import io.millrace.transport.protocol.SubscribeRequest;
import io.millrace.transport.protocol.TopicSettings;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.agrona.CloseHelper;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.concurrent.Agent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's duty cycle: takes commands off the wire and carries them out, then lets every session send. One thread does
 * all of it, so that nothing here needs a lock.
 *
 * <p>A record that the log cannot take just now stays in Aeron's term buffer and comes again; Aeron's flow control then slows its
 * publisher, and no other. A record that the log does not take at all (no space, a disk that fails) ends the session of its
 * publisher with the reason: the log tries again by itself, so the next session may be served. Only what is final ends all
 * sessions: the node stays up to say why, and does nothing more.
 */
final class NodeAgent implements Agent, CommandHandler {
    private static final Logger LOGGER = LoggerFactory.getLogger(NodeAgent.class);
    private static final int FRAGMENT_LIMIT = 64;

    /** How many clients may be on their way in, or out with a refusal, at once. */
    private static final int MAX_PENDING_SESSIONS = 64;

    /** How long a failed login waits for its refusal. */
    private static final long FAILED_LOGIN_DELAY_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final long HOUSEKEEPING_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private final NodeContext context;
    private final LogStore store;
    private final Aeron aeron;
    private final Subscription ingress;
    private final Subscription ipcIngress;
    private final NodeCounters counters;
    private final BrokerDesk broker;
    private final IngressAdapter adapter = new IngressAdapter(this);
    private final ControlledFragmentAssembler assembler = new ControlledFragmentAssembler(adapter);
    private final Int2ObjectHashMap<ClientSession> sessionByClientId = new Int2ObjectHashMap<>();
    private final List<ClientSession> sessions = new ArrayList<>();
    private final SecureRandom random = new SecureRandom();
    private final StoreIdentity identity;
    private final TopicAdmin topicAdmin;
    private final LiveFeeds live;
    private long nowNs;
    private long housekeepingDeadlineNs;
    private long strangerCount;
    private boolean isFailed;
    private final AtomicReference<MillraceException> failure = new AtomicReference<>();

    NodeAgent(
            final NodeContext context,
            final LogStore store,
            final Aeron aeron,
            final Subscription ingress,
            final Subscription ipcIngress,
            final NodeCounters counters) {
        this.context = context;
        this.store = store;
        this.aeron = aeron;
        this.ingress = ingress;
        this.ipcIngress = ipcIngress;
        this.counters = counters;
        this.identity = StoreIdentity.of(store.directory());
        this.broker = new BrokerDesk(store, context.accessList(), sessionByClientId::get);
        this.topicAdmin = new TopicAdmin(store, context);
        this.live = new LiveFeeds(context.settings(), aeron, counters, sessionByClientId::get);
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
        if (!isFailed && failure.get() != null) {
            isFailed = true;
            endAll(failure.get());
        }
        int workCount = ingress.controlledPoll(assembler, FRAGMENT_LIMIT)
                + ipcIngress.controlledPoll(assembler, FRAGMENT_LIMIT)
                + topicAdmin.doWork()
                + live.doWork(nowNs);
        for (int i = sessions.size() - 1; i >= 0; i--) {
            final ClientSession session = sessions.get(i);
            workCount += session.doWork(nowNs);
            if (session.isClosed()) {
                remove(i);
            }
        }
        workCount += doBrokerWork();
        if (nowNs - housekeepingDeadlineNs >= 0) {
            housekeepingDeadlineNs = nowNs + HOUSEKEEPING_INTERVAL_NS;
            dropTheGone();
            counters.messagesIgnored(adapter.ignoredCount() + strangerCount);
        }
        return workCount;
    }

    @Override
    public void onClose() {
        topicAdmin.close();
        for (final ClientSession session : sessions) {
            session.refuse(ProtocolDescriptor.NO_CORRELATION, ErrorCode.TRANSPORT, "node closed", nowNs);
            session.doWork(nowNs);
        }
        CloseHelper.quietCloseAll(sessions);
        sessions.clear();
        sessionByClientId.clear();
        counters.sessionsActive(0);
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
        final ClientSession session = sessionByClientId.get(clientId);
        if (session == null || !session.accepts(tokenHigh, tokenLow)) {
            return false;
        }
        session.onHeard(nowNs);
        return true;
    }

    @Override
    public boolean onConnect(final int clientId, final ConnectRequest request) {
        final String channel =
                sessionByClientId.containsKey(clientId) ? null : answerChannel(clientId, request.responseChannel());
        if (channel == null) {
            return ignore();
        }
        makeRoomForOneMore();
        final ClientSession session;
        try {
            session = new ClientSession(clientId, request, random, aeron, channel, nowNs);
        } catch (final RuntimeException ex) {
            // There is no way to tell the client; its connect runs into its time-out.
            LOGGER.warn("no answer to a client: channel={}", channel, ex);
            return ignore();
        }
        sessionByClientId.put(clientId, session);
        sessions.add(session);
        counters.sessionsActive(sessions.size());
        final int protocolVersion = request.protocolVersion();
        final long correlationId = request.correlationId();
        if (!ProtocolDescriptor.isCompatible(protocolVersion)) {
            refuse(
                    session,
                    correlationId,
                    ErrorCode.UNSUPPORTED_VERSION,
                    "protocol version is not supported: client=" + ProtocolDescriptor.versionText(protocolVersion)
                            + " node=" + ProtocolDescriptor.versionText(ProtocolDescriptor.VERSION));
        } else if (failure.get() != null) {
            refuse(session, correlationId, failure.get());
        } else {
            login(session, correlationId);
        }
        return true;
    }

    /**
     * Those who connect and never finish take no place of those who have: there is a number of places for them, and when none is
     * left, one of them goes, whichever it is. An honest client needs its place for a moment only.
     */
    private void makeRoomForOneMore() {
        final List<ClientSession> pending = new ArrayList<>();
        for (final ClientSession session : sessions) {
            if (!session.isOpen()) {
                pending.add(session);
            }
        }
        if (pending.size() >= MAX_PENDING_SESSIONS) {
            final ClientSession victim = pending.get(random.nextInt(pending.size()));
            victim.close();
            remove(sessions.indexOf(victim));
            strangerCount++;
        }
    }

    private int openCount() {
        int count = 0;
        for (int i = 0, size = sessions.size(); i < size; i++) {
            count += sessions.get(i).isOpen() ? 1 : 0;
        }
        return count;
    }

    @Override
    public boolean onAuthenticate(
            final int clientId, final long correlationId, final byte[] clientNonce, final byte[] proof) {
        final ClientSession session = sessionByClientId.get(clientId);
        final byte[] nodeNonce = session == null ? null : session.takeNonce();
        if (nodeNonce == null) {
            return ignore();
        }
        try {
            open(
                    session,
                    correlationId,
                    context.authenticator().authenticate(session.principal(), nodeNonce, clientNonce, proof));
        } catch (final MillraceException ex) {
            LOGGER.warn("a login was refused: {}", session);
            session.refuseLate(correlationId, ex.code(), ex.getMessage(), nowNs, FAILED_LOGIN_DELAY_NS);
        } catch (final RuntimeException ex) {
            refuse(session, correlationId, ex);
        }
        return true;
    }

    /** Refuses what the client's principal may not do: before anything is looked for. */
    private void checkAllowed(final ClientSession session, final Operation operation, final String topic) {
        context.accessList().check(session.principal(), operation, topic);
    }

    private int nextHandle(final ClientSession session) {
        return session.nextHandle(context.settings().value(NodeSettings.MAX_SUBSCRIPTIONS));
    }

    private Predicate<String> visibleTo(final ClientSession session) {
        return topic -> context.accessList().isAllowed(session.principal(), Operation.READ, topic);
    }

    @Override
    public boolean onOpenProducer(
            final int clientId,
            final long correlationId,
            final String topicName,
            final String producerName,
            final int epoch) {
        final ClientSession session = sessionByClientId.get(clientId);
        ProducerSession producer = null;
        try {
            checkAllowed(session, Operation.WRITE, topicName);
            Admission.checkProducerName(producerName);
            final LogTopic topic = Admission.publishableTopic(store, topicName, visibleTo(session));
            producer = new ProducerSession(nextHandle(session), producerName, store, topic, context.maxRecordLength());
            fence(session, producer, epoch);
            // Added first: if one appender does not open, the session lets go of the others.
            session.add(producer);
            producer.open();
            final OpenedProducer opened = producer.opened();
            session.answer(egress -> egress.producerOpened(correlationId, opened));
        } catch (final RuntimeException ex) {
            if (producer != null) {
                session.remove(producer);
            }
            reject(session, correlationId, ex);
        }
        return true;
    }

    @Override
    public boolean onPublish(final int clientId, final PublishedRecords records) {
        final ClientSession session = sessionByClientId.get(clientId);
        final ProducerSession producer = session.producer(records.producer());
        // A message that was not taken whole has come again: its first records are appended already.
        int toSkip = session.takeTakenCount();
        int takenCount = 0;
        while (records.hasNext()) {
            if (!records.next()) {
                onCorruptCommand(clientId);
                return true;
            }
            takenCount++;
            if (toSkip > 0) {
                toSkip--;
                continue;
            }
            final String problem = Admission.problemWith(producer, records);
            if (problem != null) {
                refuseRecord(session, Admission.codeOf(producer, records), problem);
                return true;
            }
            if (!append(session, producer, records)) {
                session.takenCount(takenCount - 1);
                return false;
            }
            if (!session.isTaking()) {
                return true;
            }
        }
        return true;
    }

    private boolean append(final ClientSession session, final ProducerSession producer, final PublishedRecords record) {
        try {
            return onResult(session, producer, record, producer.append(record));
        } catch (final MillraceException ex) {
            refuseRecord(session, ex.code(), ex.getMessage());
        } catch (final RuntimeException ex) {
            LOGGER.warn("append failed: {}", producer, ex);
            refuseRecord(session, ErrorCode.INTERNAL, "append failed: " + producer + ' ' + ex);
        }
        return true;
    }

    @Override
    public void onCorruptCommand(final int clientId) {
        counters.onRefused();
        final ClientSession session = sessionByClientId.get(clientId);
        if (session != null) {
            refuse(
                    session,
                    ProtocolDescriptor.NO_CORRELATION,
                    ErrorCode.TRANSPORT,
                    "record checksum mismatch: nothing from it on was appended; connect again and send from the first"
                            + " record that was not acknowledged");
        }
    }

    @Override
    public boolean onSubscribe(final int clientId, final SubscribeRequest request) {
        final ClientSession session = sessionByClientId.get(clientId);
        final long correlationId = request.correlationId();
        try {
            checkAllowed(session, Operation.READ, request.topic());
            final LogTopic topic = Admission.topic(store, request.topic(), visibleTo(session));
            final SubscriptionSession subscription = new SubscriptionSession(nextHandle(session), topic, request);
            session.add(subscription);
            final long[] positions = subscription.positions();
            session.answer(egress -> egress.subscriptionOpened(
                    correlationId, subscription.handle(), subscription.durability(), positions));
        } catch (final RuntimeException ex) {
            reject(session, correlationId, ex);
        }
        return true;
    }

    @Override
    public void onUnsubscribe(final int clientId, final int subscription) {
        final ClientSession session = sessionByClientId.get(clientId);
        final SubscriptionSession found = session.subscription(subscription);
        if (found != null) {
            session.remove(found);
        }
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
    public void onReplayFrom(final int clientId, final int subscription, final int partition, final long position) {
        live.onReplayFrom(clientId, subscription, partition, position);
    }

    @Override
    public void onKeepAlive(final int clientId) {
        // That its token was looked at has shown that the client is alive.
    }

    @Override
    public void onClose(final int clientId) {
        sessionByClientId.get(clientId).close();
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
        topicAdmin.create(sessionByClientId.get(clientId), correlationId, name, settings);
        return true;
    }

    @Override
    public boolean onListTopics(
            final int clientId, final long correlationId, final String after, final boolean hasInternal) {
        topicAdmin.list(sessionByClientId.get(clientId), correlationId, after, hasInternal);
        return true;
    }

    @Override
    public boolean onDescribeTopic(
            final int clientId, final long correlationId, final String name, final int firstPartition) {
        topicAdmin.describe(sessionByClientId.get(clientId), correlationId, name, firstPartition);
        return true;
    }

    @Override
    public boolean onAlterTopic(
            final int clientId, final long correlationId, final String name, final TopicSettings settings) {
        topicAdmin.alter(sessionByClientId.get(clientId), correlationId, name, settings);
        return true;
    }

    @Override
    public boolean onDeleteTopic(
            final int clientId, final long correlationId, final String name, final boolean isForced) {
        topicAdmin.delete(sessionByClientId.get(clientId), correlationId, name, isForced);
        return true;
    }

    private void login(final ClientSession session, final long correlationId) {
        try {
            final byte[] nonce = context.authenticator().challenge(session.principal());
            if (nonce == null) {
                open(session, correlationId, new byte[0]);
            } else {
                session.challenge(nonce);
            }
        } catch (final RuntimeException ex) {
            refuse(session, correlationId, ex);
        }
    }

    private void open(final ClientSession session, final long correlationId, final byte[] proof) {
        if (openCount() >= context.maxSessions()) {
            refuse(
                    session,
                    correlationId,
                    ErrorCode.CONFIGURATION,
                    "too many clients: max=" + context.maxSessions() + "; close some or raise maxSessions");
            return;
        }
        final ConnectedSession connected = new ConnectedSession(
                session.tokenHigh(),
                session.tokenLow(),
                ProtocolDescriptor.VERSION,
                identity.high(),
                identity.low(),
                MachineIdentity.current(),
                store.directory().toAbsolutePath().toString(),
                proof);
        session.open(egress -> egress.connected(correlationId, connected));
        counters.onSessionOpened();
    }

    private boolean onResult(
            final ClientSession session,
            final ProducerSession producer,
            final PublishedRecords record,
            final long result) {
        if (result > 0) {
            counters.onAppended();
        } else if (result == Outcome.DUPLICATE) {
            counters.onDuplicate();
        } else if (result == Outcome.BACK_PRESSURED) {
            return false;
        } else if (result == Outcome.RECORD_TOO_LONG) {
            refuseRecord(
                    session,
                    ErrorCode.MALFORMED_RECORD,
                    "record is too long: " + producer + " partition=" + record.partition() + " length="
                            + (record.keyLength() + record.valueLength()));
        } else if (result == Outcome.STORAGE_FULL) {
            refuseRecord(
                    session,
                    ErrorCode.STORAGE_FULL,
                    "storage is full: " + producer + " partition=" + record.partition() + " directory="
                            + store.directory() + "; free some space and connect again");
        } else if (result == Outcome.FENCED) {
            refuseRecord(
                    session,
                    ErrorCode.FENCED,
                    "a newer epoch of the producer has begun: " + producer + " partition=" + record.partition());
        } else {
            fail(new MillraceException(
                    ErrorCode.STORAGE_FAILED,
                    "append failed: " + producer + " partition=" + record.partition() + " outcome="
                            + Outcome.name(result)));
        }
        return true;
    }

    private boolean ignore() {
        strangerCount++;
        return true;
    }

    private void endAll(final MillraceException cause) {
        for (final ClientSession session : sessions) {
            refuse(session, ProtocolDescriptor.NO_CORRELATION, cause);
        }
    }

    private void refuseRecord(final ClientSession session, final ErrorCode code, final String message) {
        counters.onRefused();
        refuse(session, ProtocolDescriptor.NO_CORRELATION, code, message);
    }

    private void refuse(final ClientSession session, final long correlationId, final RuntimeException cause) {
        final boolean isOurs = cause instanceof MillraceException;
        refuse(
                session,
                correlationId,
                isOurs ? ((MillraceException) cause).code() : ErrorCode.INTERNAL,
                isOurs ? cause.getMessage() : "command failed: " + cause);
    }

    private void refuse(
            final ClientSession session, final long correlationId, final ErrorCode code, final String message) {
        LOGGER.debug("refuse client {}: {}", session.clientId(), message);
        session.refuse(correlationId, code, message, nowNs);
    }

    private void reject(final ClientSession session, final long correlationId, final RuntimeException cause) {
        final boolean isOurs = cause instanceof MillraceException;
        session.reject(
                correlationId,
                isOurs ? ((MillraceException) cause).code() : ErrorCode.INTERNAL,
                isOurs ? cause.getMessage() : "command failed: " + cause);
    }

    /**
     * The newest epoch of a producer is the one that counts: whoever has an older one may be dead and not know it, and does
     * not get it back. Another session of the same epoch is the one that the same publisher has lost.
     */
    private void fence(final ClientSession owner, final ProducerSession newcomer, final int wantedEpoch) {
        if (owner.sameProducer(newcomer) != null) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION, "producer is open already in this session: " + newcomer);
        }
        ClientSession holder = null;
        for (final ClientSession session : sessions) {
            holder = session.sameProducer(newcomer) == null ? holder : session;
        }
        newcomer.epoch(
                wantedEpoch,
                holder == null
                        ? newcomer.currentEpoch()
                        : holder.sameProducer(newcomer).epoch());
        if (holder != null) {
            final boolean isFenced = holder.sameProducer(newcomer).epoch() < newcomer.epoch();
            refuse(
                    holder,
                    ProtocolDescriptor.NO_CORRELATION,
                    isFenced ? ErrorCode.FENCED : ErrorCode.TRANSPORT,
                    "producer was opened again elsewhere: " + newcomer);
        }
    }

    private void dropTheGone() {
        for (int i = sessions.size() - 1; i >= 0; i--) {
            final ClientSession session = sessions.get(i);
            if (isGone(session.clientId())) {
                session.close();
            } else if (session.isSilent(nowNs, context.sessionTimeoutNs())) {
                refuse(
                        session,
                        ProtocolDescriptor.NO_CORRELATION,
                        ErrorCode.TRANSPORT,
                        "client was silent for " + TimeUnit.NANOSECONDS.toMillis(context.sessionTimeoutNs())
                                + "ms; call poll() more often");
            }
            if (session.isClosed()) {
                remove(i);
            }
        }
    }

    private boolean isGone(final int clientId) {
        return ingress.imageBySessionId(clientId) == null && ipcIngress.imageBySessionId(clientId) == null;
    }

    private void remove(final int index) {
        final ClientSession session = sessions.remove(index);
        sessionByClientId.remove(session.clientId());
        assembler.freeSessionBuffer(session.clientId());
        counters.sessionsActive(sessions.size());
    }

    /**
     * Where a client is to be answered: at the address that it speaks from, so that nobody makes the node send to somebody else. Made
     * anew, so that a client cannot set anything but the address; null when the node will not.
     */
    private String answerChannel(final int clientId, final String responseChannel) {
        final Image remote = ingress.imageBySessionId(clientId);
        final Image image = remote == null ? ipcIngress.imageBySessionId(clientId) : remote;
        try {
            final ChannelUri uri = ChannelUri.parse(responseChannel);
            final String endpoint = uri.get(CommonContext.ENDPOINT_PARAM_NAME);
            final String source = image == null ? "" : image.sourceIdentity();
            final boolean isFromHere = source.equals(CommonContext.IPC_CHANNEL) || ChannelRules.isLocalEndpoint(source);
            final boolean isBack = ChannelRules.isLocal(responseChannel)
                    ? isFromHere
                    : ChannelRules.host(source).equals(ChannelRules.host(endpoint));
            if (image == null || !isBack) {
                return null;
            }
            return ChannelRules.publicationChannel(uri.isIpc() ? "aeron:ipc" : "aeron:udp?endpoint=" + endpoint);
        } catch (final RuntimeException ex) {
            return null;
        }
    }
}
