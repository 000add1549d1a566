package io.millrace.torture.net;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.transport.ClientContext;
import io.millrace.transport.KeyCredentials;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.agrona.concurrent.BackoffIdleStrategy;

/** What publishers and subscribers of a network run have in common: a media driver of their own, and how they come to an end. */
final class ClientLife {
    /** Has done what it was to do. */
    static final int OK = 0;

    /** Another one has taken over. */
    static final int FENCED = 3;

    /** The session has ended, and the client did not get another one. */
    static final int ENDED = 4;

    /** Who clients say that they are, where a node asks. */
    static final String PRINCIPAL = "torturer";

    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(2);
    private static final long CONNECT_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private ClientLife() {}

    static MediaDriver launchDriver(final LifeSettings settings) {
        return MediaDriver.launch(new MediaDriver.Context()
                .aeronDirectoryName(settings.text("driver"))
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .warnIfDirectoryExists(false)
                .termBufferSparseFile(true)
                .threadingMode(ThreadingMode.SHARED)
                .sharedIdleStrategy(new BackoffIdleStrategy(10, 10, 1_000, TimeUnit.MICROSECONDS.toNanos(200)))
                .errorHandler(error -> {}));
    }

    static <T extends ClientContext<T>> T prepare(
            final T context, final MediaDriver driver, final LifeSettings settings) {
        if (settings.has("keys")) {
            context.credentials(KeyCredentials.of(Path.of(settings.text("keys")), PRINCIPAL));
        }
        return context.aeronDirectoryName(driver.aeronDirectoryName())
                .channel("aeron:udp?endpoint=" + settings.text("node"))
                .responseEndpoint(settings.text("response"))
                .timeoutNs(TIMEOUT_NS);
    }

    /** Connects, as often as it takes: the node or the network may be away. */
    static <T> T connect(final Supplier<T> attempt) {
        final long deadlineNs = System.nanoTime() + CONNECT_TIMEOUT_NS;
        while (true) {
            try {
                return attempt.get();
            } catch (final MillraceException e) {
                if (e.code() != ErrorCode.TRANSPORT || System.nanoTime() - deadlineNs > 0) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE_NS);
            }
        }
    }

    /** Tells why the process ends, and gives its status. */
    static int end(final MillraceException cause) {
        Orders.answer("ENDED " + cause.code() + ' ' + cause.getMessage());
        return cause.code() == ErrorCode.FENCED ? FENCED : ENDED;
    }
}
