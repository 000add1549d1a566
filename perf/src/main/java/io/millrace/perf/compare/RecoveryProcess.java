package io.millrace.perf.compare;

import io.millrace.perf.compare.recovery.child.RecoveryMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One process that is killed when its state is full, and one that goes on in its place. */
final class RecoveryProcess {
    private static final long FILL_TIMEOUT_S = 200;
    private static final long POLL_MS = 5;

    private final RecoveryKind kind;
    private final RecoveryCampaign campaign;

    RecoveryProcess(final RecoveryKind kind, final RecoveryCampaign campaign) {
        this.kind = kind;
        this.campaign = campaign;
    }

    /** Kills, starts again, and gives how long it took from the start of the process to its first new result, in ms. */
    double run(final Path directory, final RecoveryFigures figures) throws IOException, InterruptedException {
        final CompanionProcess companion =
                CompanionProcess.start(kind.base(), campaign.javaHome(kind.base()), directory);
        try {
            fillAndKill(directory);
            final Path file = directory.resolve("figures");
            final List<String> command = command("recover", directory, file);
            final long startMs = System.currentTimeMillis();
            OutcomeProcess.runToEnd(kind.id() + " s7", directory, command, file);
            final List<String> lines = Files.readAllLines(file);
            figures.setVersion(kind, lines.get(2));
            return Long.parseLong(lines.get(0)) - startMs;
        } finally {
            CompanionProcess.end(companion);
        }
    }

    private void fillAndKill(final Path directory) throws IOException, InterruptedException {
        final Path ready = directory.resolve("ready");
        final Path output = directory.resolve("fill-output");
        final Process process = OutcomeProcess.start(command("fill", directory, ready), output);
        try {
            final long startNs = System.nanoTime();
            while (!Files.exists(ready)) {
                if (!process.isAlive()) {
                    throw new PerfException(
                            kind.id() + " s7 failed: " + OutcomeProcess.failure(output, process.exitValue()));
                }
                if (System.nanoTime() - startNs > TimeUnit.SECONDS.toNanos(FILL_TIMEOUT_S)) {
                    throw new PerfException(kind.id() + " s7: the state was not full within " + FILL_TIMEOUT_S + " s");
                }
                Thread.sleep(POLL_MS);
            }
            Thread.sleep(campaign.untilKilledMs());
        } finally {
            OutcomeProcess.end(process);
        }
    }

    private List<String> command(final String step, final Path directory, final Path file) throws IOException {
        final List<String> command = JavaCommand.of(
                campaign.javaHome(kind.base()), kind.base().flags(), kind.base().peer(), RecoveryMain.class.getName());
        command.addAll(List.of(kind.className(), step));
        command.addAll(List.of(Integer.toString(campaign.keys()), directory.toString(), file.toString()));
        return command;
    }
}
