package io.millrace.torture;

import io.millrace.torture.net.Conditions;
import io.millrace.torture.net.RelayCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * The node in one network namespace and its clients in another, with nothing but a cable between them: the node listens at its end of it, so
 * it asks for keys, and clients at theirs. What happens to datagrams is done by the kernel (netem), where that can; and the cable can be pulled.
 */
final class CableNetwork implements TestNetwork {
    private static final String KEY = "torturer " + "5a".repeat(32) + '\n';

    private final Namespaces namespaces;
    private final Path keys;
    private final LinkCounts before;
    private Conditions toNode = Conditions.CLEAN;
    private Conditions fromNode = Conditions.CLEAN;

    CableNetwork(final Namespaces namespaces, final Path home) throws IOException, InterruptedException {
        this.namespaces = namespaces;
        this.keys = home.resolve("keys");
        Files.createFile(keys, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(keys, KEY);
        namespaces.mend();
        this.before = namespaces.counts();
    }

    @Override
    public String name() {
        return "namespaces";
    }

    @Override
    public List<String> nodePrefix() {
        return namespaces.nodePrefix();
    }

    @Override
    public List<String> clientPrefix() {
        return namespaces.clientPrefix();
    }

    @Override
    public List<String> nodeSettings() {
        return List.of("address=" + Namespaces.NODE, "keys=" + keys);
    }

    @Override
    public List<String> clientSettings() {
        return List.of("keys=" + keys);
    }

    @Override
    public String clientHost() {
        return Namespaces.CLIENTS;
    }

    @Override
    public String reachNode(final int port) {
        return Namespaces.NODE + ':' + port;
    }

    @Override
    public int reachClient() {
        return 0;
    }

    @Override
    public void change(final Conditions newToNode, final Conditions newFromNode)
            throws IOException, InterruptedException {
        if (namespaces.hasNetem()) {
            namespaces.shape(newToNode, newFromNode);
        } else if (newToNode.isCut() != toNode.isCut() || newFromNode.isCut() != fromNode.isCut()) {
            namespaces.mend();
            if (newToNode.isCut()) {
                namespaces.loseFromClients();
            }
            if (newFromNode.isCut()) {
                namespaces.loseFromNode();
            }
        }
        toNode = newToNode;
        fromNode = newFromNode;
    }

    @Override
    public String breakLink(final int way) throws IOException, InterruptedException {
        return namespaces.breakCable(way);
    }

    @Override
    public void mendLink() throws IOException, InterruptedException {
        namespaces.mend();
    }

    @Override
    public RelayCounts counts() throws IOException, InterruptedException {
        return namespaces.counts().since(before);
    }

    @Override
    public void close() throws IOException {
        try {
            change(Conditions.CLEAN, Conditions.CLEAN);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
