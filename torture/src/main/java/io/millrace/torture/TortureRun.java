package io.millrace.torture;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Rounds, one after the other, until the time is over, enough was killed, or something was found. */
final class TortureRun {
    private static final int SHOWN = 20;

    private static final int ENDINGS = 40;
    private static final int ENDING_MS = 50;

    private final TortureOptions options;
    private final PrintWriter out;
    private final Jvm sharedJvm;
    private final Counts counts = new Counts();
    private final long startNs = System.nanoTime();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile boolean isOver;
    private volatile boolean isInterrupted;

    TortureRun(final TortureOptions options, final PrintWriter out) {
        this(options, out, null);
    }

    /** With a JVM that several runs share, since preparing it takes as long as some lives; null for one of its own. */
    TortureRun(final TortureOptions options, final PrintWriter out, final Jvm sharedJvm) {
        this.options = options;
        this.out = out;
        this.sharedJvm = sharedJvm;
    }

    /**
     * Runs, and prints what was found and a summary.
     *
     * @return what has happened.
     */
    Counts run() throws IOException, InterruptedException {
        Files.createDirectories(options.directory());
        final Path directory = Files.createTempDirectory(options.directory(), "millrace-torture-");
        removeWhenInterrupted(directory);
        try {
            final Jvm jvm = jvmOf(directory);
            try (RunProgress progress = new RunProgress(options)) {
                int number = 1;
                do {
                    runRound(
                            RoundPlan.draw(number, options.seed(), options.topologies(), options.maxLives()),
                            jvm,
                            directory);
                    number++;
                    progress.show(counts, seconds());
                } while (counts.isClean() && !isInterrupted && !isBoundReached());
            }
        } finally {
            over.countDown();
        }
        if (isInterrupted) {
            return counts;
        }
        isOver = true;
        if (counts.isClean()) {
            Directories.delete(directory);
        }
        out.println(counts.summary(options.seed(), seconds()));
        out.flush();
        return counts;
    }

    private Jvm jvmOf(final Path directory) throws IOException, InterruptedException {
        return sharedJvm == null ? Jvm.prepare(directory) : sharedJvm;
    }

    // Nobody has looked at what is there; what takes mounts away is no child that may be ended here.
    private void removeWhenInterrupted(final Path directory) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            if (isOver) {
                return;
            }
            isInterrupted = true;
            endRound();
            Directories.clear(directory);
        }));
    }

    // A life that is killed may be followed by the next one, as the plan says. A check of what was written is not
    // waited for:
    // the guard of a mounted disk removes what is above that.
    private void endRound() {
        try {
            for (int i = 0; i < ENDINGS; i++) {
                ProcessHandle.current()
                        .children()
                        .filter(child -> child.info().command().orElse("").endsWith("java"))
                        .forEach(ProcessHandle::destroyForcibly);
                if (over.await(ENDING_MS, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isBoundReached() {
        return options.seconds() > 0 && seconds() >= options.seconds()
                || options.kills() > 0 && counts.kills >= options.kills();
    }

    private long seconds() {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNs);
    }

    private void runRound(final RoundPlan plan, final Jvm jvm, final Path directory)
            throws IOException, InterruptedException {
        final Path home = directory.resolve("round-" + plan.number());
        final String name = "round " + plan.number() + " (" + plan.topology().text() + ", " + plan.partitions()
                + (plan.partitions() == 1 ? " partition, " : " partitions, ") + plan.inputs() + " inputs)";
        try (Round round = new Round(
                plan, jvm, options.mutant(), counts, home, event -> trace("round " + plan.number() + ": " + event))) {
            final List<String> findings = round.run();
            if (findings.isEmpty()) {
                trace(name + ": nothing found");
            } else if (!isInterrupted) {
                round.keep();
                tell(name, home, findings);
            }
        }
        if (counts.isClean()) {
            Directories.delete(home);
        }
    }

    private void trace(final String event) {
        if (options.isVerbose()) {
            out.println(event);
            out.flush();
        }
    }

    private void tell(final String name, final Path home, final List<String> findings) {
        out.println(name + ", seed=" + options.seed() + ": found something; all of it is in " + home);
        findings.stream().limit(SHOWN).forEach(finding -> out.println("  " + finding));
        if (findings.size() > SHOWN) {
            out.println("  and " + (findings.size() - SHOWN) + " more");
        }
        out.flush();
    }
}
