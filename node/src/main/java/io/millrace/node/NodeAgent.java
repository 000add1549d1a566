package io.millrace.node;

import io.aeron.Aeron;
import io.aeron.ChannelUri;
import io.aeron.CommonContext;
import io.aeron.ControlledFragmentAssembler;
import io.aeron.Subscription;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.transport.ingress.IngressAdapter;
import io.millrace.transport.protocol.ChannelRules;
import io.millrace.transport.protocol.CommandHandler;
import io.millrace.transport.protocol.ConnectRequest;
import io.millrace.transport.protocol.ConnectedSession;
import io.millrace.transport.protocol.MachineIdentity;
import io.millrace.transport.protocol.OpenedProducer;
import io.millrace.transport.protocol.ProtocolDescriptor;
import io.millrace.transport.protocol.PublishedRecords;
import io.millrace.transport.protocol.SubscribeRequest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
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
    private static final int MAX_REFUSAL_SESSIONS = 16;
    private static final long HOUSEKEEPING_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private final NodeContext context;
    private final LogStore store;
    private final Aeron aeron;
    private final Subscription ingress;
    private final NodeCounters counters;
    private final IngressAdapter adapter = new IngressAdapter(this);
    private final ControlledFragmentAssembler assembler = new ControlledFragmentAssembler(adapter);
    private final Int2ObjectHashMap<ClientSession> sessionByClientId = new Int2ObjectHashMap<>();
    private final List<ClientSession> sessions = new ArrayList<>();
    private final SecureRandom random = new SecureRandom();
    private final StoreIdentity identity;
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
            final NodeCounters counters) {
        this.context = context;
        this.store = store;
        this.aeron = aeron;
        this.ingress = ingress;
        this.counters = counters;
        this.identity = StoreIdentity.of(store.directory());
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
        int workCount = ingress.controlledPoll(assembler, FRAGMENT_LIMIT);
        for (int i = sessions.size() - 1; i >= 0; i--) {
            final ClientSession session = sessions.get(i);
            workCount += session.doWork(nowNs);
            if (session.isClosed()) {
                remove(i);
            }
        }
        if (nowNs - housekeepingDeadlineNs >= 0) {
            housekeepingDeadlineNs = nowNs + HOUSEKEEPING_INTERVAL_NS;
            dropTheGone();
            counters.messagesIgnored(adapter.ignoredCount() + strangerCount);
        }
        return workCount;
    }

    @Override
    public void onClose() {
        for (final ClientSession session : sessions) {
            session.refuse(ProtocolDescriptor.NO_CORRELATION, ErrorCode.TRANSPORT, "node closed", nowNs);
            session.doWork(nowNs);
        }
        CloseHelper.quietCloseAll(sessions);
        sessions.clear();
        sessionByClientId.clear();
        counters.sessionsActive(0);
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
        if (sessionByClientId.containsKey(clientId)
                || sessions.size() >= context.maxSessions() + MAX_REFUSAL_SESSIONS) {
            return ignore();
        }
        final String channel = answerChannel(request.responseChannel());
        if (channel == null) {
            return ignore();
        }
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
        } else if (sessions.size() > context.maxSessions()) {
            refuse(
                    session,
                    correlationId,
                    ErrorCode.CONFIGURATION,
                    "too many clients: max=" + context.maxSessions() + "; close some or raise maxSessions");
        } else {
            login(session, correlationId);
        }
        return true;
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
        } catch (final RuntimeException ex) {
            refuse(session, correlationId, ex);
        }
        return true;
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
            Admission.checkProducerName(producerName);
            final LogTopic topic = Admission.publishableTopic(store, topicName);
            producer = new ProducerSession(session.nextHandle(), producerName, store, topic);
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
            final LogTopic topic = Admission.topic(store, request.topic());
            final SubscriptionSession subscription = new SubscriptionSession(session.nextHandle(), topic, request);
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
    public void onKeepAlive(final int clientId) {
        // That its token was looked at has shown that the client is alive.
    }

    @Override
    public void onClose(final int clientId) {
        sessionByClientId.get(clientId).close();
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
            if (ingress.imageBySessionId(session.clientId()) == null) {
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

    private void remove(final int index) {
        final ClientSession session = sessions.remove(index);
        sessionByClientId.remove(session.clientId());
        assembler.freeSessionBuffer(session.clientId());
        counters.sessionsActive(sessions.size());
    }

    /** A node on loopback talks to nobody else, whatever a client asks for; null when it will not. */
    private static String answerChannel(final String responseChannel) {
        try {
            final ChannelUri uri = ChannelUri.parse(responseChannel);
            if (!ChannelRules.isLocal(responseChannel)) {
                return null;
            }
            // Made anew, so that a client cannot set anything but the address.
            return ChannelRules.publicationChannel(
                    uri.isIpc() ? "aeron:ipc" : "aeron:udp?endpoint=" + uri.get(CommonContext.ENDPOINT_PARAM_NAME));
        } catch (final RuntimeException ex) {
            return null;
        }
    }
}
