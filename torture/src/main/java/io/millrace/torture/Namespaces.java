package io.millrace.torture;

import io.millrace.torture.net.Conditions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Two network namespaces of Linux with a cable between them; made by the program {@code ip}, which takes root. */
final class Namespaces implements AutoCloseable {
    /** Address of the first one on the cable. */
    static final String NODE = "10.77.0.1";

    /** Address of the second one. */
    static final String CLIENTS = "10.77.0.2";

    private static final int TIMEOUT_S = 10;
    private static final Pattern NAME = Pattern.compile("mr([0-9]+)[ab]");
    private static final Path MADE = Path.of("/run/netns");
    private static final String NOBODY = "02:00:00:00:00:99";

    private final String nodeName;
    private final String clientName;
    private final String nodeLink;
    private final String clientLink;
    private String missingNetem;
    private final Thread hook = new Thread(this::remove);

    private Namespaces(final long pid) {
        this.nodeName = "mr" + pid + 'a';
        this.clientName = "mr" + pid + 'b';
        this.nodeLink = "mra" + pid;
        this.clientLink = "mrb" + pid;
    }

    /**
     * Makes both.
     *
     * @return the namespaces.
     * @throws ImpossibleException with the reason in one line when that cannot be done here.
     */
    static Namespaces create() throws ImpossibleException, InterruptedException {
        try {
            removeLeftovers();
        } catch (final IOException e) {
            throw new ImpossibleException(e.getMessage(), e);
        }
        final Namespaces namespaces = new Namespaces(ProcessHandle.current().pid());
        Runtime.getRuntime().addShutdownHook(namespaces.hook);
        try {
            namespaces.make();
            namespaces.missingNetem = namespaces.tryNetem();
            return namespaces;
        } catch (final IOException e) {
            namespaces.close();
            throw new ImpossibleException(e.getMessage(), e);
        }
    }

    // Of a run that was killed, with all it had to clean up.
    private static void removeLeftovers() throws IOException, InterruptedException {
        if (!Files.isDirectory(MADE)) {
            return;
        }
        try (var all = Files.list(MADE)) {
            for (final Path file : all.toList()) {
                final Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches()
                        && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()) {
                    ip("netns", "del", name.group());
                }
            }
        }
    }

    private void make() throws IOException, InterruptedException {
        ip("netns", "add", nodeName);
        ip("netns", "add", clientName);
        ip("link", "add", nodeLink, "netns", nodeName, "type", "veth", "peer", "name", clientLink, "netns", clientName);
        ip("-n", nodeName, "addr", "add", NODE + "/24", "dev", nodeLink);
        ip("-n", clientName, "addr", "add", CLIENTS + "/24", "dev", clientLink);
        for (final String name : List.of(nodeName, clientName)) {
            ip("-n", name, "link", "set", "lo", "up");
        }
        ip("-n", nodeName, "link", "set", nodeLink, "up");
        ip("-n", clientName, "link", "set", clientLink, "up");
    }

    /** Words in front of a command line that is to run in the first one. */
    List<String> nodePrefix() {
        return List.of("ip", "netns", "exec", nodeName);
    }

    /** Words in front of a command line that is to run in the second one. */
    List<String> clientPrefix() {
        return List.of("ip", "netns", "exec", clientName);
    }

    /** What the first one sends goes to a card that does not exist, so that nobody takes it. */
    void loseFromNode() throws IOException, InterruptedException {
        ip("-n", nodeName, "neigh", "replace", CLIENTS, "lladdr", NOBODY, "dev", nodeLink, "nud", "permanent");
    }

    /** The same the other way. */
    void loseFromClients() throws IOException, InterruptedException {
        ip("-n", clientName, "neigh", "replace", NODE, "lladdr", NOBODY, "dev", clientLink, "nud", "permanent");
    }

    /** Pulls the cable. */
    void takeDown() throws IOException, InterruptedException {
        ip("-n", nodeName, "link", "set", nodeLink, "down");
    }

    /**
     * Breaks the cable.
     *
     * @param way 0: what the node sends gets lost; 1: what clients send does; 2: it is pulled.
     * @return what was done.
     */
    String breakCable(final int way) throws IOException, InterruptedException {
        switch (way) {
            case 0 -> loseFromNode();
            case 1 -> loseFromClients();
            default -> takeDown();
        }
        return List.of("cable: nothing from the node", "cable: nothing to the node", "cable: pulled")
                .get(way);
    }

    /** Whether the kernel can lose, delay, double and reorder packets; why not says {@link #missingNetem()}. */
    boolean hasNetem() {
        return missingNetem == null;
    }

    /** Why the kernel cannot do that, in one line; null when it can. */
    String missingNetem() {
        return missingNetem;
    }

    private String tryNetem() throws InterruptedException {
        try {
            run("tc", "-n", clientName, "qdisc", "replace", "dev", clientLink, "root", "netem", "loss", "1%");
            run("tc", "-n", clientName, "qdisc", "del", "dev", clientLink, "root");
            return null;
        } catch (final IOException e) {
            return e.getMessage();
        }
    }

    /** Tells the kernel what to do to packets of each direction. */
    void shape(final Conditions toNode, final Conditions fromNode) throws IOException, InterruptedException {
        shape(clientName, clientLink, toNode);
        shape(nodeName, nodeLink, fromNode);
    }

    private static void shape(final String name, final String link, final Conditions conditions)
            throws IOException, InterruptedException {
        final List<String> words = new ArrayList<>(
                List.of("tc", "-n", name, "qdisc", "replace", "dev", link, "root", "netem", "limit", "10000"));
        words.addAll(netem(conditions));
        run(words.toArray(new String[0]));
    }

    /** What is turned behind the checksum of UDP is lost at the other end. */
    static List<String> netem(final Conditions conditions) {
        final List<String> words = new ArrayList<>();
        if (conditions.delayNs() > 0 || conditions.jitterNs() > 0) {
            // The jitter goes both ways here, so the delay has to be as long: no packet arrives before it was sent.
            words.add("delay");
            words.add((conditions.delayNs() + conditions.jitterNs() / 2) / 1_000 + "us");
            words.add(conditions.jitterNs() / 2 / 1_000 + "us");
        }
        words.add("loss");
        words.add(percent(conditions.isCut() ? 1 : conditions.loss()));
        words.add("duplicate");
        words.add(percent(conditions.duplicates()));
        words.add("corrupt");
        words.add(percent(conditions.corruption()));
        return words;
    }

    private static String percent(final double share) {
        return String.format(Locale.ROOT, "%.2f%%", share * 100);
    }

    /** What has gone over the cable. */
    LinkCounts counts() throws IOException, InterruptedException {
        return LinkCounts.of(
                ip("-n", nodeName, "-s", "link", "show", "dev", nodeLink),
                ip("-n", clientName, "-s", "link", "show", "dev", clientLink),
                hasNetem()
                        ? run("tc", "-n", nodeName, "-s", "qdisc", "show", "dev", nodeLink)
                                + run("tc", "-n", clientName, "-s", "qdisc", "show", "dev", clientLink)
                        : "");
    }

    /** Lets everything through again. */
    void mend() throws IOException, InterruptedException {
        ip("-n", nodeName, "link", "set", nodeLink, "up");
        ip("-n", nodeName, "neigh", "flush", "dev", nodeLink, "nud", "permanent");
        ip("-n", clientName, "neigh", "flush", "dev", clientLink, "nud", "permanent");
    }

    private static String ip(final String... words) throws IOException, InterruptedException {
        final String[] command = new String[words.length + 1];
        command[0] = "ip";
        System.arraycopy(words, 0, command, 1, words.length);
        return run(command);
    }

    private static String run(final String... command) throws IOException, InterruptedException {
        final Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (final IOException e) {
            throw new IOException("there is no program " + command[0] + " (package iproute2)", e);
        }
        final String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(String.join(" ", Arrays.asList(command)) + " failed: "
                    + said.strip().replaceAll("\\s*\\R\\s*", "; "));
        }
        return said;
    }

    // A namespace takes its end of the cable with it, and that the other end.
    private void remove() {
        for (final String name : List.of(nodeName, clientName)) {
            try {
                if (Files.exists(MADE.resolve(name))) {
                    ip("netns", "del", name);
                }
            } catch (final IOException e) {
                // The next run removes it.
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        remove();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (final IllegalStateException e) {
            // It runs already.
        }
    }

    /** This machine, or this user, cannot have network namespaces. */
    static final class ImpossibleException extends IOException {
        private static final long serialVersionUID = 1L;

        ImpossibleException(final String message, final Throwable cause) {
            super(message, cause);
        }
    }
}
