package io.millrace.torture;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the processes of a network run live, and how they see each other. In front of a client stands the relay, under the name and the
 * port of the client: to the node the name is another address than to the client itself.
 *
 * @param nodePrefix      words in front of the command line of the node.
 * @param clientPrefix    words in front of those of its clients.
 * @param nodeAddress     where the node listens.
 * @param relayForClients where the relay stands for the node.
 * @param relayForNode    where it stands for a client.
 * @param clientAddress   where a client listens.
 * @param clientName      its name.
 */
record NetworkPlace(
        List<String> nodePrefix,
        List<String> clientPrefix,
        String nodeAddress,
        String relayForClients,
        String relayForNode,
        String clientAddress,
        String clientName) {
    /** All on the loopback interface, which takes no rights. */
    static final NetworkPlace LOOPBACK =
            new NetworkPlace(List.of(), List.of(), "127.0.0.1", "127.0.0.1", "127.0.0.2", "127.0.0.1", "localhost");

    /** The beginning of the command line of a node, up to the main class. */
    List<String> nodeCommand(final Jvm jvm, final Path directory) throws IOException {
        return command(nodePrefix, jvm, hosts(directory.resolve("node.hosts"), relayForNode));
    }

    /** The same of a client. */
    List<String> clientCommand(final Jvm jvm, final Path directory) throws IOException {
        return command(clientPrefix, jvm, hosts(directory.resolve("client.hosts"), clientAddress));
    }

    private static List<String> command(final List<String> prefix, final Jvm jvm, final Path hosts) {
        final List<String> command = new ArrayList<>(prefix);
        command.addAll(jvm.command(""));
        command.add("-Djdk.net.hosts.file=" + hosts);
        return command;
    }

    private Path hosts(final Path file, final String address) throws IOException {
        if (!Files.exists(file)) {
            Files.writeString(
                    file,
                    address + ' ' + clientName + "\n127.0.0.1 "
                            + InetAddress.getLocalHost().getHostName() + '\n');
        }
        return file;
    }
}
