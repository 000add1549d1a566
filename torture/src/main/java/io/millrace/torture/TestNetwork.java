package io.millrace.torture;

import io.millrace.torture.net.Conditions;
import io.millrace.torture.net.RelayCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The network between a node and its clients, in the hands of the torturer. Where relays are a part of it, one stands in front of each client,
 * under the name and the port of the client: to the node that name is another address than to the client itself.
 */
interface TestNetwork extends AutoCloseable {
    /** The name of every client. */
    String CLIENT = "localhost";

    /** Where the name of a client leads to when the node asks. */
    String CLIENT_FOR_NODE = "127.0.0.2";

    /** What it is called in summaries. */
    String name();

    /** Words in front of the command line of a process beside the node. */
    List<String> nodePrefix();

    /** Words in front of the command line of a client. */
    List<String> clientPrefix();

    /**
     * Lets clients reach the node.
     *
     * @param port of the node on its loopback interface.
     * @return host and port under which clients reach it.
     */
    String reachNode(int port) throws IOException, InterruptedException, FindingException;

    /** Lets the node reach another client, and gives the port on which that has to listen; 0 for any. */
    int reachClient() throws IOException, InterruptedException, FindingException;

    /** Gives the network other faults. */
    void change(Conditions toNode, Conditions fromNode) throws IOException, InterruptedException;

    /**
     * Breaks the link itself, if there is one.
     *
     * @param way 0: what the node sends gets lost; 1: what clients send does; 2: the interface is down.
     * @return what was done, null where there is no link.
     */
    String breakLink(int way) throws IOException, InterruptedException;

    /** Mends the link. */
    void mendLink() throws IOException, InterruptedException;

    /** What was done to datagrams so far. */
    RelayCounts counts() throws IOException, InterruptedException, FindingException;

    @Override
    void close() throws IOException;

    /** What the node is told beyond what all nodes are. */
    default List<String> nodeSettings() {
        return List.of();
    }

    /** What clients are told beyond what all clients are. */
    default List<String> clientSettings() {
        return List.of();
    }

    /** Under which name or address a client listens. */
    default String clientHost() {
        return CLIENT;
    }

    /** The beginning of the command line of a node, up to the main class. */
    default List<String> nodeCommand(final Jvm jvm, final String agent, final Path directory) throws IOException {
        return command(nodePrefix(), jvm, agent, hosts(directory.resolve("node.hosts"), CLIENT_FOR_NODE));
    }

    /** The same of a client. */
    default List<String> clientCommand(final Jvm jvm, final Path directory) throws IOException {
        return command(clientPrefix(), jvm, "", hosts(directory.resolve("client.hosts"), "127.0.0.1"));
    }

    private static List<String> command(
            final List<String> prefix, final Jvm jvm, final String agent, final Path hosts) {
        final List<String> command = new ArrayList<>(prefix);
        command.addAll(jvm.command(agent));
        command.add("-Djdk.net.hosts.file=" + hosts);
        return command;
    }

    private static Path hosts(final Path file, final String address) throws IOException {
        if (!Files.exists(file)) {
            Files.writeString(file, address + ' ' + CLIENT + '\n');
        }
        return file;
    }
}
