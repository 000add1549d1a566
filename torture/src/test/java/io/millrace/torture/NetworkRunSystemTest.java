package io.millrace.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.torture.agent.Mutant;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A node, publishers and subscribers over a bad network. Every build has a moment of it; {@code -Psoak} many kills, the cable between
 * two network namespaces, and planted faults.
 */
@Timeout(1_800)
class NetworkRunSystemTest {
    private static final boolean IS_SOAK = Integer.getInteger("millrace.torture.kills", 1) > 1;
    private static final int TROUBLES = IS_SOAK ? 20 : 3;
    private static final int SOAK_SECONDS = 240;

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();

    @Test
    void shouldLoseNothingAndDoubleNothing() throws Exception {
        final long seed = seed();

        final NetworkCounts counts = run(seed, false, IS_SOAK ? SOAK_SECONDS : 1, 0, null);

        assertClean(counts, "--network relay --troubles " + TROUBLES + " --seed " + seed);
    }

    @Test
    void shouldLoseNothingAndDoubleNothingOverACableBetweenNamespaces() throws Exception {
        assumeTrue(IS_SOAK, "only with -Psoak");
        assumeNamespaces();
        final long seed = seed();

        final NetworkCounts counts = run(seed, true, SOAK_SECONDS, 0, null);

        assertClean(counts, "--network namespaces --troubles " + TROUBLES + " --seed " + seed);
    }

    @ParameterizedTest
    @EnumSource(names = {"SKIP_DEDUPE", "ACKNOWLEDGE_AHEAD"})
    void shouldFindAPlantedFault(final Mutant mutant) throws Exception {
        assumeTrue(IS_SOAK, "only with -Psoak");
        final long seed = seed();

        final NetworkCounts counts = run(seed, false, 0, 60, mutant.mutantName());

        assertThat(counts.isClean()).as("seed %d\n%s", seed, out).isFalse();
        assertThat(out.toString()).contains("found something", "seed=" + seed);
    }

    @Test
    void shouldLeaveNoNamespaceBehind() throws Exception {
        assumeNamespaces();

        final String left = new String(new ProcessBuilder("ip", "netns", "list")
                .start()
                .getInputStream()
                .readAllBytes());

        assertThat(left).doesNotContain("mr" + ProcessHandle.current().pid());
    }

    private static void assumeNamespaces() throws InterruptedException {
        try {
            Namespaces.create().close();
        } catch (final IOException e) {
            assumeTrue(false, "no network namespaces: " + e.getMessage());
        }
    }

    private void assertClean(final NetworkCounts counts, final String command) {
        assertThat(counts.isClean()).as("%s\n%s", command, out).isTrue();
        assertThat(counts.stored).as("records; %s", command).isPositive();
        assertThat(counts.acknowledged).as("acknowledged; %s", command).isPositive();
        assertThat(counts.seen).as("seen by two subscribers; %s", command).isEqualTo(2 * counts.stored);
        assertThat(counts.relay.fromNode()).as("datagrams; %s", command).isPositive();
        if (IS_SOAK) {
            System.out.println(
                    out.toString().lines().reduce((first, last) -> last).orElseThrow());
        }
    }

    private static long seed() {
        return Long.getLong("millrace.test.seed", System.nanoTime() & Integer.MAX_VALUE);
    }

    private NetworkCounts run(
            final long seed, final boolean isInNamespaces, final int seconds, final int kills, final String mutant)
            throws Exception {
        return new NetworkRun(
                        new NetworkOptions(isInNamespaces, seed, seconds, kills, mutant, TROUBLES, directory, !IS_SOAK),
                        new PrintWriter(out))
                .run();
    }
}
