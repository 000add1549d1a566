package io.millrace.transport;

import io.millrace.log.JdkAccess;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.transport.ingress.GroupCommandProxy;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a member of a group and a consumer of a queue have in common: a key that makes them the same over all their sessions, a sign of
 * life a few times within each lease, and a session that is opened again when it is lost. One thread.
 */
abstract class MemberClient implements AutoCloseable {
    static {
        JdkAccess.open();
    }

    private static final Logger LOGGER = LoggerFactory.getLogger(MemberClient.class);
    private static final long RETRY_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int ALIVE_PER_LEASE = 5;

    private final ConnectionSettings settings;
    private final long leaseNs;
    private long key = newKey();
    private Connection connection;
    private GroupCommandProxy commands;
    private long nextAttemptNs;
    private long nextAliveNs;
    private long reconnectCount;
    private boolean isClosed;

    MemberClient(final ConnectionSettings settings, final long leaseNs) {
        this.settings = settings;
        this.leaseNs = leaseNs;
    }

    /**
     * How often a lost session was opened again.
     *
     * @return times
     */
    public final long reconnectCount() {
        return reconnectCount;
    }

    /**
     * Tells whether the session is open and the node at the other end.
     *
     * @return whether anything can arrive
     */
    public final boolean isConnected() {
        return connection != null && connection.isConnected();
    }

    /** Ends the session; what the subclass says on leaving is on its way before. May be called twice. */
    @Override
    public void close() {
        if (!isClosed) {
            try {
                if (isConnected()) {
                    leave();
                }
            } catch (final MillraceException ex) {
                LOGGER.debug("leaves without a word, its lease passes instead: {}", this, ex);
            } finally {
                isClosed = true;
                drop();
            }
        }
    }

    /** What hears the node in the session that is open or being opened. */
    abstract SessionEvents events();

    /** Prepares to hear the node in a new session. */
    abstract SessionEvents newEvents();

    /** Becomes a member under {@link #key()}, in a session that has just been opened. */
    abstract void enter();

    /** Lets go of all. */
    abstract void leave();

    /** Number that the node knows this client by, 0 before it does. */
    abstract long member();

    final long key() {
        return key;
    }

    /** Becomes a member as another one than before; where nobody answers, the session is given up, and the next one tries again. */
    final void enterAnew() {
        key = newKey();
        try {
            enter();
        } catch (final MillraceException ex) {
            if (!mayPass(ex)) {
                throw ex;
            }
            LOGGER.debug("no answer: {}", this, ex);
            drop();
            nextAttemptNs = System.nanoTime() + RETRY_INTERVAL_NS;
        }
    }

    final long leaseNs() {
        return leaseNs;
    }

    final Connection connection() {
        return connection;
    }

    /** Whether there is a session, which may have been lost without anybody having seen it. */
    final boolean hasSession() {
        return connection != null;
    }

    final GroupCommandProxy commands() {
        return commands;
    }

    /** Opens the first session; throws when that does not work. */
    final void connect() {
        connection = Connection.open(settings, newEvents());
        try {
            commands = new GroupCommandProxy(connection.ingress());
            enter();
        } catch (final RuntimeException ex) {
            drop();
            throw ex;
        }
    }

    /** Whether the session is open; if not, tries now and then to open another one. */
    final boolean ensureConnected() {
        if (isClosed) {
            throw new IllegalStateException("closed: " + this);
        }
        if (isConnected()) {
            return true;
        }
        if (connection != null) {
            final MillraceException failure = events().failure();
            drop();
            if (failure != null && !mayPass(failure)) {
                throw failure;
            }
        }
        final long nowNs = System.nanoTime();
        if (nowNs - nextAttemptNs < 0) {
            return false;
        }
        try {
            connect();
            reconnectCount++;
            return true;
        } catch (final MillraceException ex) {
            if (!mayPass(ex)) {
                throw ex;
            }
            nextAttemptNs = System.nanoTime() + RETRY_INTERVAL_NS;
            return false;
        }
    }

    /** Shows the node that this member is alive, if it is time to. */
    final void showAlive() {
        final long nowNs = System.nanoTime();
        if (nowNs - nextAliveNs >= 0 && commands.alive(member()) > 0) {
            nextAliveNs = nowNs + leaseNs / ALIVE_PER_LEASE;
        }
    }

    private void drop() {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }

    private static boolean mayPass(final MillraceException failure) {
        return failure.code() == ErrorCode.TRANSPORT
                || failure.code() == ErrorCode.CORRUPT
                || failure.code() == ErrorCode.STORAGE_FULL;
    }

    private static long newKey() {
        return ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
    }
}
