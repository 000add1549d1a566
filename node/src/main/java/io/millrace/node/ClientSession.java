package io.millrace.node;

import io.aeron.Aeron;
import io.aeron.ChannelUri;
import io.aeron.CommonContext;
import io.aeron.ExclusivePublication;
import io.aeron.exceptions.AeronException;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.error.OneLine;
import io.millrace.log.record.Outcome;
import io.millrace.transport.egress.EgressProxy;
import io.millrace.transport.protocol.ChannelRules;
import io.millrace.transport.protocol.ConnectRequest;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.CloseHelper;

/**
 * One client of the node: its publication of events, its producers and its subscriptions. The node's agent thread.
 *
 * <p>Answers to commands wait in a short queue until the client takes them. Acknowledgements and deliveries wait for nobody:
 * they are made from what the log holds whenever the client has room, so that a client that takes nothing costs its queue and
 * one held record, and is dropped in the end.
 */
final class ClientSession implements AutoCloseable {
    /** How long a client may take to listen, and a refused one to hear why. */
    private static final long CONNECT_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);

    private static final int MAX_ANSWERS = 64;

    /** How often a client may begin to read somewhere, at once and per second: each time, the place is looked for. */
    private static final int MAX_BEGINNINGS = 4_096;

    private static final int BEGINNINGS_PER_SECOND = 1_000;

    private final int clientId;
    private final ConnectRequest request;
    private final long tokenHigh;
    private final long tokenLow;
    private final Aeron aeron;
    private final String responseChannel;
    private final long registrationId;
    private final ArrayDeque<Answer> answers = new ArrayDeque<>();
    private final List<ProducerSession> producers = new ArrayList<>();
    private final List<SubscriptionSession> subscriptions = new ArrayList<>();
    private final List<SessionOutbox> outboxes = new ArrayList<>();
    private final Pace beginnings;
    private EgressProxy egress;
    private long deadlineNs;
    private long lastHeardNs;
    private byte[] nonce;
    private long silentUntilNs;
    private int nextHandle = 1;
    private int takenCount;
    private int firstSubscription;
    private boolean isOpen;
    private boolean isListening;
    private boolean isEnding;
    private boolean isClosed;

    ClientSession(
            final int clientId,
            final ConnectRequest request,
            final SecureRandom random,
            final Aeron aeron,
            final String responseChannel,
            final long nowNs) {
        this.clientId = clientId;
        this.request = request;
        this.tokenHigh = random.nextLong();
        this.tokenLow = random.nextLong();
        this.aeron = aeron;
        this.responseChannel = responseChannel;
        this.registrationId = aeron.asyncAddExclusivePublication(responseChannel, request.responseStreamId());
        this.deadlineNs = nowNs + CONNECT_TIMEOUT_NS;
        this.lastHeardNs = nowNs;
        this.silentUntilNs = nowNs;
        this.beginnings = new Pace(MAX_BEGINNINGS, BEGINNINGS_PER_SECOND, nowNs);
    }

    int clientId() {
        return clientId;
    }

    /** Who the client is; empty for nobody in particular. Proven once {@link #isOpen()}. */
    String principal() {
        return request.principal();
    }

    /** What the client calls itself, for people. */
    String clientName() {
        return request.clientName();
    }

    /** The host to which the client's events go, which is the one that it speaks from; null when they go through shared memory. */
    String responseHost() {
        final String endpoint = ChannelUri.parse(responseChannel).get(CommonContext.ENDPOINT_PARAM_NAME);
        return endpoint == null ? null : ChannelRules.host(endpoint);
    }

    long tokenHigh() {
        return tokenHigh;
    }

    long tokenLow() {
        return tokenLow;
    }

    /** Whether the client has been let in. */
    boolean isOpen() {
        return isOpen;
    }

    /** Lets the client in. */
    void open(final Answer answer) {
        isOpen = true;
        nonce = null;
        answer(answer);
    }

    /** Asks the client for a proof of what it says. */
    void challenge(final byte[] newNonce) {
        nonce = newNonce;
        answer(egress -> egress.challenge(request.correlationId(), newNonce));
    }

    /** The nonce that the client is to answer, once; null when it was not asked. */
    byte[] takeNonce() {
        final byte[] taken = nonce;
        nonce = null;
        return taken;
    }

    boolean isClosed() {
        return isClosed;
    }

    /** Whether a command with this token is to be carried out. */
    boolean accepts(final long high, final long low) {
        return high == tokenHigh && low == tokenLow && isOpen && !isEnding && !isClosed;
    }

    /** How many records of the message that comes next were taken before; the answer is given once. */
    int takeTakenCount() {
        final int count = takenCount;
        takenCount = 0;
        return count;
    }

    /** Remembers how many records were taken of a message that is to come again. */
    void takenCount(final int count) {
        takenCount = count;
    }

    /** Whether the session takes what comes next. */
    boolean isTaking() {
        return !isEnding && !isClosed;
    }

    void onHeard(final long nowNs) {
        lastHeardNs = nowNs;
    }

    boolean isSilent(final long nowNs, final long timeoutNs) {
        return !isEnding && nowNs - lastHeardNs > timeoutNs;
    }

    /** Queues an answer; a client that asks much and takes nothing is closed. */
    void answer(final Answer answer) {
        if (answers.size() >= MAX_ANSWERS) {
            close();
        } else {
            answers.add(answer);
        }
    }

    /** Tells the client that one of its commands is not carried out; the session goes on. */
    void reject(final long correlationId, final ErrorCode code, final String message) {
        answer(egress -> egress.rejected(correlationId, code, message));
    }

    /** Ends the session: the client hears why, if it listens, and nothing more is done for it. */
    void refuse(final long correlationId, final ErrorCode code, final String message, final long nowNs) {
        if (!isEnding && !isClosed) {
            isEnding = true;
            deadlineNs = nowNs + CONNECT_TIMEOUT_NS;
            release();
            answers.add(proxy -> proxy.refused(correlationId, code, message));
        }
    }

    /** Ends the session as {@link #refuse} does, and lets the client wait for it: guesses take their time. */
    void refuseLate(
            final long correlationId,
            final ErrorCode code,
            final String message,
            final long nowNs,
            final long delayNs) {
        silentUntilNs = nowNs + delayNs;
        refuse(correlationId, code, message, silentUntilNs);
    }

    /** Whether the client may begin to read somewhere now; it waits with all that it sends until it may. */
    boolean mayBegin(final long nowNs) {
        return beginnings.take(nowNs);
    }

    /** A handle that is new in this session. */
    int nextHandle(final int max) {
        if (producers.size() + subscriptions.size() >= max) {
            throw new MillraceException(
                    ErrorCode.LIMIT_REACHED,
                    "too many producers and subscriptions in one session: max.subscriptions=" + max
                            + "; connect once more");
        }
        return nextHandle++;
    }

    void add(final ProducerSession producer) {
        producers.add(producer);
    }

    void add(final SubscriptionSession subscription) {
        subscriptions.add(subscription);
    }

    void remove(final SubscriptionSession subscription) {
        subscriptions.remove(subscription);
        subscription.close();
    }

    void add(final SessionOutbox outbox) {
        outboxes.add(outbox);
    }

    void remove(final SessionOutbox outbox) {
        outboxes.remove(outbox);
    }

    SubscriptionSession subscription(final int handle) {
        for (int i = 0, size = subscriptions.size(); i < size; i++) {
            if (subscriptions.get(i).handle() == handle) {
                return subscriptions.get(i);
            }
        }
        return null;
    }

    ProducerSession producer(final int handle) {
        for (int i = 0, size = producers.size(); i < size; i++) {
            if (producers.get(i).handle() == handle) {
                return producers.get(i);
            }
        }
        return null;
    }

    /** The one of the session's producers that is the same as another session's, or null. */
    ProducerSession sameProducer(final ProducerSession other) {
        for (int i = 0, size = producers.size(); i < size; i++) {
            if (producers.get(i).isSameProducer(other)) {
                return producers.get(i);
            }
        }
        return null;
    }

    /** Takes back a producer that could not be opened. */
    void remove(final ProducerSession producer) {
        producers.remove(producer);
        producer.close();
    }

    /** Sends answers and deliveries. */
    int doWork(final long nowNs) {
        if (isClosed) {
            return 0;
        }
        try {
            return isListening ? send(nowNs) : listen(nowNs);
        } catch (final RuntimeException ex) {
            onFailed(ex, nowNs);
        }
        return 1;
    }

    /** Sends acknowledgements, after the deliveries of all sessions: a subscriber waits for those, a publisher seldom for these. */
    int acknowledge(final long nowNs) {
        if (!isListening || !isTaking() || !answers.isEmpty() || nowNs - silentUntilNs < 0) {
            return 0;
        }
        int workCount = 0;
        try {
            for (int i = 0, size = producers.size(); i < size; i++) {
                workCount += producers.get(i).acknowledge(egress, nowNs);
            }
        } catch (final RuntimeException ex) {
            onFailed(ex, nowNs);
            workCount++;
        }
        return workCount;
    }

    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            release();
            answers.clear();
            if (!aeron.isClosed()) {
                if (egress == null) {
                    aeron.asyncRemovePublication(registrationId);
                } else {
                    CloseHelper.quietClose(egress);
                }
            }
        }
    }

    @Override
    public String toString() {
        return "ClientSession{clientId=" + clientId + ", principal=" + OneLine.of(request.principal()) + ", clientName="
                + OneLine.of(request.clientName()) + ", producers=" + producers + ", subscriptions=" + subscriptions
                + '}';
    }

    private void onFailed(final RuntimeException cause, final long nowNs) {
        if (cause instanceof AeronException) {
            close();
        } else if (cause instanceof MillraceException) {
            refuse(0, ((MillraceException) cause).code(), cause.getMessage(), nowNs);
        } else {
            refuse(0, ErrorCode.INTERNAL, "session failed: " + cause, nowNs);
        }
    }

    private int listen(final long nowNs) {
        if (egress == null) {
            final ExclusivePublication publication = aeron.getExclusivePublication(registrationId);
            if (publication != null) {
                egress = new EgressProxy(publication);
            }
        }
        if (egress != null && egress.isConnected()) {
            isListening = true;
            return 1;
        }
        if (nowNs - deadlineNs > 0) {
            close();
        }
        return 0;
    }

    private int send(final long nowNs) {
        if (nowNs - silentUntilNs < 0) {
            return 0;
        }
        int workCount = 0;
        while (!answers.isEmpty()) {
            final long result = answers.peek().send(egress);
            if (result <= 0) {
                return onNotSent(result, nowNs, workCount);
            }
            answers.remove();
            workCount++;
        }
        if (isEnding || (!isOpen && nowNs - deadlineNs > 0)) {
            close();
            return workCount;
        }
        workCount += deliver();
        for (int i = 0, size = outboxes.size(); i < size; i++) {
            workCount += outboxes.get(i).send(egress);
        }
        return workCount;
    }

    /** Each time another one comes first: where there is room for one only, they get it in turn. */
    private int deliver() {
        int workCount = 0;
        final int size = subscriptions.size();
        firstSubscription = firstSubscription + 1 >= size ? 0 : firstSubscription + 1;
        for (int i = 0, at = firstSubscription; i < size; i++) {
            workCount += subscriptions.get(at).deliver(egress);
            at = at + 1 == size ? 0 : at + 1;
        }
        return workCount;
    }

    private int onNotSent(final long result, final long nowNs, final int workCount) {
        if (result == Outcome.CLOSED || (isEnding && nowNs - deadlineNs > 0)) {
            close();
        }
        return workCount;
    }

    private void release() {
        CloseHelper.quietCloseAll(producers);
        CloseHelper.quietCloseAll(subscriptions);
        producers.clear();
        subscriptions.clear();
        outboxes.clear();
    }

    /** An answer that waits for the client to take it. */
    @FunctionalInterface
    interface Answer {
        /** Sends it: positive when it is on its way. */
        long send(EgressProxy egress);
    }
}
