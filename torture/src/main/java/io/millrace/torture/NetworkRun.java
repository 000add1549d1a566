package io.millrace.torture;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Network rounds, one after the other, until the time is over, enough was killed, or something was found. */
final class NetworkRun {
    private static final int SHOWN = 20;

    private final NetworkOptions options;
    private final PrintWriter out;
    private final NetworkCounts counts = new NetworkCounts();
    private final long startNs = System.nanoTime();
    private boolean canChange = true;

    NetworkRun(final NetworkOptions options, final PrintWriter out) {
        this.options = options;
        this.out = out;
    }

    /**
     * Runs, and prints what was found and a summary.
     *
     * @return what has happened.
     */
    NetworkCounts run() throws IOException, InterruptedException {
        Files.createDirectories(options.directory());
        final Path directory = Files.createTempDirectory(options.directory(), "millrace-network-");
        final Jvm jvm = new Jvm(directory);
        try (Namespaces namespaces = options.network().isInNamespaces() ? Namespaces.create() : null) {
            if (options.network() == NetworkKind.NAMESPACES && !namespaces.hasNetem()) {
                canChange = false;
                out.println("no loss, delay or duplicates here, only the cable breaks: " + namespaces.missingNetem());
            }
            int number = 1;
            do {
                runRound(number, jvm, directory.resolve("round-" + number), namespaces);
                number++;
            } while (counts.isClean() && !isBoundReached());
        }
        if (counts.isClean()) {
            Directories.delete(directory);
        }
        out.println(counts.summary(options.network().toString(), options.seed(), seconds()));
        out.flush();
        return counts;
    }

    private void runRound(final int number, final Jvm jvm, final Path home, final Namespaces namespaces)
            throws IOException, InterruptedException {
        Files.createDirectories(home);
        final SplittableRandom random = new SplittableRandom(options.seed() * 31 + number);
        final NetworkReaders readers =
                options.readers().get((number - 1) % options.readers().size());
        final List<NetworkTrouble> troubles = troubles(random, readers);
        final List<String> findings;
        try (TestNetwork network = network(random.nextLong(), jvm, home, namespaces);
                NetworkRound round = new NetworkRound(
                        network,
                        jvm,
                        readers,
                        options.mutant(),
                        counts,
                        home,
                        random,
                        event -> trace("round " + number + ": " + event))) {
            findings = round.run(troubles);
        }
        if (findings.isEmpty()) {
            Directories.delete(home);
            return;
        }
        out.println("round " + number + " (" + readers + "), seed=" + options.seed()
                + ": found something; all of it is in " + home);
        findings.stream().limit(SHOWN).forEach(finding -> out.println("  " + finding));
        out.flush();
    }

    private TestNetwork network(final long seed, final Jvm jvm, final Path home, final Namespaces namespaces)
            throws IOException, InterruptedException {
        try {
            return switch (options.network()) {
                case RELAY -> new LoopbackNetwork(seed);
                case NAMESPACES -> new CableNetwork(namespaces, home);
                case NAMESPACES_RELAY -> new RelayedCable(namespaces, jvm, seed, home);
            };
        } catch (final FindingException e) {
            throw new IOException("no relay: " + e.getMessage(), e);
        }
    }

    /** Each trouble once, in any order, and further ones by their weight. */
    private List<NetworkTrouble> troubles(final SplittableRandom random, final NetworkReaders readers) {
        final List<NetworkTrouble> troubles = new ArrayList<>(List.of(NetworkTrouble.values()));
        troubles.removeIf(trouble -> !isPossible(trouble, readers));
        Collections.shuffle(troubles, new Random(random.nextLong()));
        while (troubles.size() < options.troubles()) {
            final NetworkTrouble drawn = NetworkTrouble.draw(random);
            if (isPossible(drawn, readers)) {
                troubles.add(drawn);
            }
        }
        return troubles.subList(0, Math.min(troubles.size(), options.troubles()));
    }

    private boolean isPossible(final NetworkTrouble trouble, final NetworkReaders readers) {
        return readers.suffers(trouble)
                && (options.network().isInNamespaces() || trouble != NetworkTrouble.BREAK_LINK)
                && (canChange || trouble != NetworkTrouble.CHANGE);
    }

    private boolean isBoundReached() {
        return options.seconds() > 0 && seconds() >= options.seconds()
                || options.kills() > 0 && counts.kills() >= options.kills();
    }

    private long seconds() {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNs);
    }

    private void trace(final String event) {
        if (options.isVerbose()) {
            out.println(event);
            out.flush();
        }
    }
}
