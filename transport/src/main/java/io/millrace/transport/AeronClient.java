package io.millrace.transport;

import io.aeron.Aeron;
import io.aeron.CommonContext;
import io.aeron.exceptions.AeronException;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.io.File;
import java.util.concurrent.TimeUnit;
import org.agrona.CloseHelper;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Aeron client that a client of a node uses: the caller's, or one of our own, which is made anew when its driver was lost. */
final class AeronClient implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(AeronClient.class);

    /** A driver shows once a second that it is alive; whoever waits less takes it for dead in between. */
    private static final long MIN_DRIVER_TIMEOUT_MS = 3_000;

    private final ConnectionSettings settings;
    private final boolean isOwn;
    private Aeron aeron;

    /** Takes the caller's client, or connects one; waits for the driver at most for the time set. */
    AeronClient(final ConnectionSettings settings) {
        this.settings = settings;
        this.isOwn = settings.aeron() == null;
        this.aeron = isOwn ? connect() : settings.aeron();
    }

    Aeron aeron() {
        return aeron;
    }

    /** Makes sure that there is a client with a driver, if that can be had at once. */
    boolean renew() {
        if (!aeron.isClosed()) {
            return true;
        }
        if (!isOwn || !isDriverActive()) {
            return false;
        }
        try {
            aeron = connect();
            return true;
        } catch (final MillraceException ex) {
            LOGGER.debug("media driver went away again", ex);
            return false;
        }
    }

    @Override
    public void close() {
        if (isOwn) {
            CloseHelper.quietClose(aeron);
        }
    }

    private boolean isDriverActive() {
        final String name = settings.aeronDirectoryName() == null
                ? CommonContext.getAeronDirectoryName()
                : settings.aeronDirectoryName();
        return CommonContext.isDriverActive(
                new File(name), TimeUnit.NANOSECONDS.toMillis(settings.timeoutNs()), LOGGER::debug);
    }

    private Aeron connect() {
        final Aeron.Context context = new Aeron.Context()
                .driverTimeoutMs(Math.max(MIN_DRIVER_TIMEOUT_MS, TimeUnit.NANOSECONDS.toMillis(settings.timeoutNs())))
                .idleStrategy(new SleepingMillisIdleStrategy(1))
                .errorHandler(error -> LOGGER.debug("aeron client of {}", settings.channel(), error));
        if (settings.aeronDirectoryName() != null) {
            context.aeronDirectoryName(settings.aeronDirectoryName());
        }
        try {
            return Aeron.connect(context);
        } catch (final AeronException ex) {
            throw new MillraceException(
                    ErrorCode.TRANSPORT,
                    "no media driver: directory=" + context.aeronDirectoryName()
                            + "; start the node first, or name its directory",
                    ex);
        }
    }
}
