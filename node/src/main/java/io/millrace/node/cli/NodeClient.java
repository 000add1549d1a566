package io.millrace.node.cli;

import io.aeron.Aeron;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.exceptions.AeronException;
import io.millrace.log.JdkAccess;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.node.NodeInfo;
import io.millrace.transport.ClientContext;
import io.millrace.transport.Credentials;
import io.millrace.transport.KeyCredentials;
import io.millrace.transport.protocol.ProtocolDescriptor;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.CloseHelper;
import org.agrona.IoUtil;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * A command's way to its node: shared memory where the node was named by its directory on this machine, else UDP through a media
 * driver of the command's own.
 */
final class NodeClient {
    private static final String PRINCIPAL_VARIABLE = "MILLRACE_PRINCIPAL";
    private static final String KEY_FILE_VARIABLE = "MILLRACE_KEY_FILE";

    @Mixin
    private NodeOption node;

    @Option(
            names = "--stream",
            paramLabel = "N",
            description = "Aeron stream of a node that is named by HOST:PORT. Default: "
                    + ProtocolDescriptor.DEFAULT_INGRESS_STREAM_ID + '.')
    private int streamId = ProtocolDescriptor.DEFAULT_INGRESS_STREAM_ID;

    @Option(
            names = "--principal",
            paramLabel = "NAME",
            description = "Who you are, where the node asks. Default: $" + PRINCIPAL_VARIABLE
                    + ", else the only principal in the key file.")
    private String principal = System.getenv(PRINCIPAL_VARIABLE);

    @Option(
            names = "--key-file",
            paramLabel = "F",
            description = "File with the principal's key. Default: $" + KEY_FILE_VARIABLE + '.')
    private Path keyFile = pathOf(System.getenv(KEY_FILE_VARIABLE));

    /** Opens the way; to be closed after whatever uses it. */
    Link open() {
        return open(false);
    }

    /**
     * Opens a way that is there again when the node was started anew: through a media driver of the command's own, even where the node's
     * could be used, which ends with it.
     */
    Link openLasting() {
        return open(true);
    }

    private Link open(final boolean isLasting) {
        JdkAccess.open();
        final Credentials credentials = credentials();
        final Link link;
        if (node.directory() == null) {
            link = remote(node.hostAndPort(), streamId);
        } else {
            final NodeInfo info = node.info();
            link = isLasting ? remote(info.hostAndPort(), info.streamId()) : local(info);
        }
        link.credentials = credentials;
        return link;
    }

    private Credentials credentials() {
        if (principal == null && keyFile == null) {
            return Credentials.ANONYMOUS;
        }
        if (keyFile == null) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION, "--principal needs --key-file: the file that has the principal's key");
        }
        return KeyCredentials.of(keyFile, principal);
    }

    private static Path pathOf(final String text) {
        return text == null ? null : Path.of(text);
    }

    private static Link local(final NodeInfo info) {
        try {
            return new Link(null, null, connect(info.aeronDirectory()), "aeron:ipc", info.streamId(), Link.LOOPBACK);
        } catch (final AeronException ex) {
            throw new MillraceException(
                    ErrorCode.TRANSPORT,
                    "the media driver of node " + info.pid() + " does not answer: " + info.aeronDirectory(),
                    ex);
        }
    }

    private static Link remote(final String hostAndPort, final int streamId) {
        Path directory = null;
        MediaDriver driver = null;
        try {
            directory = Files.createTempDirectory("millrace-client-");
            driver = MediaDriver.launch(new MediaDriver.Context()
                    .aeronDirectoryName(directory.resolve("driver").toString())
                    .threadingMode(ThreadingMode.SHARED)
                    .sharedIdleStrategy(new BackoffIdleStrategy())
                    .termBufferSparseFile(true)
                    .publicationTermBufferLength(ProtocolDescriptor.TERM_LENGTH)
                    .ipcTermBufferLength(ProtocolDescriptor.TERM_LENGTH)
                    .dirDeleteOnShutdown(true)
                    .errorHandler(error -> {}));
            return new Link(
                    directory,
                    driver,
                    connect(driver.aeronDirectoryName()),
                    "aeron:udp?endpoint=" + hostAndPort,
                    streamId,
                    ownAddress(hostAndPort));
        } catch (final IOException | AeronException ex) {
            CloseHelper.quietClose(driver);
            delete(directory);
            throw new MillraceException(ErrorCode.TRANSPORT, "cannot start a media driver: " + ex.getMessage(), ex);
        } catch (final RuntimeException ex) {
            CloseHelper.quietClose(driver);
            delete(directory);
            throw ex;
        }
    }

    private static Aeron connect(final String directory) {
        return Aeron.connect(new Aeron.Context()
                .aeronDirectoryName(directory)
                .idleStrategy(new SleepingMillisIdleStrategy(1))
                .errorHandler(error -> {}));
    }

    /** The address of this machine that the node can answer to. */
    private static String ownAddress(final String hostAndPort) {
        final int separator = hostAndPort.lastIndexOf(':');
        final String host = hostAndPort.substring(0, separator);
        try (DatagramSocket socket = new DatagramSocket()) {
            // Sends nothing: it only asks which way a packet would go.
            socket.connect(new InetSocketAddress(
                    InetAddress.getByName(host), Integer.parseInt(hostAndPort.substring(separator + 1))));
            final String address = socket.getLocalAddress().getHostAddress();
            return (address.indexOf(':') < 0 ? address : '[' + address + ']') + ":0";
        } catch (final UnknownHostException ex) {
            throw new MillraceException(ErrorCode.CONFIGURATION, "no such host: " + host, ex);
        } catch (final SocketException | RuntimeException ex) {
            throw new MillraceException(ErrorCode.TRANSPORT, "no way to " + hostAndPort + ": " + ex.getMessage(), ex);
        }
    }

    private static void delete(final Path directory) {
        if (directory != null) {
            IoUtil.delete(directory.toFile(), true);
        }
    }

    /** The open way to a node. */
    static final class Link implements AutoCloseable {
        private static final String LOOPBACK = "127.0.0.1:0";

        private final Path directory;
        private final MediaDriver driver;
        private final Aeron aeron;
        private final String channel;
        private final int streamId;
        private final String responseEndpoint;
        private Credentials credentials = Credentials.ANONYMOUS;

        private Link(
                final Path directory,
                final MediaDriver driver,
                final Aeron aeron,
                final String channel,
                final int streamId,
                final String responseEndpoint) {
            this.directory = directory;
            this.driver = driver;
            this.aeron = aeron;
            this.channel = channel;
            this.streamId = streamId;
            this.responseEndpoint = responseEndpoint;
        }

        /** Fills in a client's context how it reaches the node. */
        <T extends ClientContext<T>> T reach(final T context) {
            reachAny(context);
            return context;
        }

        /** Fills in the context of a client of any kind. */
        void reachAny(final ClientContext<?> context) {
            context.aeron(aeron);
            context.channel(channel);
            context.streamId(streamId);
            context.responseEndpoint(responseEndpoint);
            context.credentials(credentials);
            context.clientName("millrace");
        }

        @Override
        public void close() {
            CloseHelper.quietCloseAll(aeron, driver);
            delete(directory);
        }
    }
}
