package io.millrace.perf.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Which state of the sources is measured, where git is there and knows it. */
final class Commit {
    private static final String UNKNOWN = "unknown";
    private static final long TIMEOUT_S = 20;

    private Commit() {}

    /** The hash of the commit; {@code -dirty} behind it where files differ, the history itself apart; or "unknown". */
    static String of(final Path directory) {
        final Answer head = git(directory, "rev-parse", "HEAD");
        if (head.status != 0) {
            return UNKNOWN;
        }
        final Answer difference =
                git(directory, "diff", "--quiet", "HEAD", "--", ":(top)", ":(top,exclude)perf/history.jsonl");
        return head.out + (difference.status == 0 ? "" : "-dirty");
    }

    private static Answer git(final Path directory, final String... arguments) {
        final List<String> command = new ArrayList<>(List.of("git", "-C", directory.toString()));
        command.addAll(List.of(arguments));
        try {
            final Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            final String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Answer(-1, "");
            }
            return new Answer(process.exitValue(), out);
        } catch (final IOException ex) {
            return new Answer(-1, ""); // there is no git
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
            return new Answer(-1, "");
        }
    }

    private record Answer(int status, String out) {}
}
