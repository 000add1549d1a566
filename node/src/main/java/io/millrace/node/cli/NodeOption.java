package io.millrace.node.cli;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.node.NodeInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** Which node a command means: by its directory on this machine, or by where it listens. */
final class NodeOption {
    /** The variable of the environment that names the node when no option does. */
    static final String VARIABLE = "MILLRACE_NODE";

    private static final Pattern HOST_AND_PORT = Pattern.compile("(\\[[0-9A-Fa-f:.%]+]|[A-Za-z0-9._-]+):(\\d{1,5})");

    @Option(
            names = "--node",
            paramLabel = "DIR|HOST:PORT",
            description = "The node: its directory on this machine, or where it listens. Default: $" + VARIABLE + '.')
    private String node;

    /** The directory, where the node was named by one; null where it was named by host and port. */
    Path directory() {
        final String text = text();
        return isAddress(text) ? null : Path.of(text);
    }

    /** Host and port, where the node was named by them. */
    String hostAndPort() {
        return text();
    }

    /** What the node has written into its directory. */
    NodeInfo info() {
        final Path directory = directory();
        final NodeInfo info = NodeInfo.read(directory);
        if (info == null) {
            throw new MillraceException(
                    Files.isDirectory(directory) ? ErrorCode.TRANSPORT : ErrorCode.CONFIGURATION,
                    "no node serves " + directory + (Files.isDirectory(directory) ? "" : ", which is no directory")
                            + "; start one with `millrace node --dir " + directory + '`');
        }
        if (!info.isProcessAlive()) {
            throw new MillraceException(
                    ErrorCode.TRANSPORT,
                    "the node of " + directory + " is gone: process " + info.pid()
                            + " ended without closing it; start it again");
        }
        return info;
    }

    private String text() {
        final String text = node == null ? System.getenv(VARIABLE) : node;
        if (text == null || text.isBlank()) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION, "which node? give --node DIR or --node HOST:PORT, or set " + VARIABLE);
        }
        return text;
    }

    private static boolean isAddress(final String text) {
        return HOST_AND_PORT.matcher(text).matches() && !Files.isDirectory(Path.of(text));
    }
}
