package io.millrace.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.torture.agent.Mutant;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
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
    private static final int TROUBLES = IS_SOAK ? 20 : 2;
    private static final int SOAK_SECONDS = 240;

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();

    @Test
    void shouldLoseNothingAndDoubleNothing() throws Exception {
        final long seed = seed();

        final NetworkCounts counts =
                run(seed, NetworkKind.RELAY, NetworkReaders.SUBSCRIBERS, IS_SOAK ? SOAK_SECONDS : 1, 0, null);

        assertClean(counts, "--network relay --readers subscribers --troubles " + TROUBLES + " --seed " + seed);
        assertThat(counts.seen).as("seen by two subscribers; seed %d", seed).isEqualTo(2 * counts.stored);
    }

    @Test
    void shouldKeepWhatGroupsAndQueuesPromise() throws Exception {
        assumeTrue(IS_SOAK, "only with -Psoak; MembersBehindARelaySystemTest has a moment of it");
        final long seed = seed();

        final NetworkCounts counts = run(seed, NetworkKind.RELAY, NetworkReaders.MEMBERS, SOAK_SECONDS, 0, null);

        final String command = "--network relay --readers members --troubles " + TROUBLES + " --seed " + seed;
        assertClean(counts, command);
        assertMembers(counts, command);
    }

    @Test
    void shouldLoseNothingAndDoubleNothingOverACableBetweenNamespaces() throws Exception {
        assumeTrue(IS_SOAK, "only with -Psoak");
        assumeNamespaces();
        final long seed = seed();

        final NetworkCounts counts =
                run(seed, NetworkKind.NAMESPACES, NetworkReaders.SUBSCRIBERS, SOAK_SECONDS, 0, null);

        assertClean(counts, "--network namespaces --readers subscribers --troubles " + TROUBLES + " --seed " + seed);
        assertThat(counts.seen).as("seen by two subscribers; seed %d", seed).isEqualTo(2 * counts.stored);
    }

    @Test
    void shouldKeepWhatGroupsAndQueuesPromiseOverACableBetweenNamespaces() throws Exception {
        assumeTrue(IS_SOAK, "only with -Psoak");
        assumeNamespaces();
        final long seed = seed();

        final NetworkCounts counts = run(seed, NetworkKind.NAMESPACES, NetworkReaders.MEMBERS, SOAK_SECONDS, 0, null);

        final String command = "--network namespaces --readers members --troubles " + TROUBLES + " --seed " + seed;
        assertClean(counts, command);
        assertMembers(counts, command);
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "SKIP_DEDUPE",
                "ACKNOWLEDGE_AHEAD",
                "FORGET_COMMITS",
                "FORGET_ACKS",
                "ACCEPT_FENCED_COMMITS",
                "REDELIVER_EARLY"
            })
    void shouldFindAPlantedFault(final Mutant mutant) throws Exception {
        assumeTrue(IS_SOAK, "only with -Psoak");
        final long seed = seed();

        final NetworkReaders readers =
                mutant.compareTo(Mutant.ACKNOWLEDGE_AHEAD) > 0 ? NetworkReaders.MEMBERS : NetworkReaders.SUBSCRIBERS;

        final NetworkCounts counts = run(seed, NetworkKind.RELAY, readers, 0, 60, mutant.mutantName());

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
        assertThat(counts.relay.fromNode()).as("datagrams; %s", command).isPositive();
        if (IS_SOAK) {
            System.out.println(
                    out.toString().lines().reduce((first, last) -> last).orElseThrow());
        }
    }

    private static void assertMembers(final NetworkCounts counts, final String command) {
        assertThat(counts.taken).as("taken by a group; %s", command).isGreaterThanOrEqualTo(counts.stored);
        assertThat(counts.commits).as("commits; %s", command).isPositive();
        assertThat(counts.acked + counts.unheardAcks + counts.dead)
                .as("acked or dead; %s", command)
                .isEqualTo(counts.stored);
        assertThat(counts.dead).as("dead letters; %s", command).isPositive();
        assertThat(counts.audited).as("leases computed anew; %s", command).isPositive();
    }

    private static long seed() {
        return Long.getLong("millrace.test.seed", System.nanoTime() & Integer.MAX_VALUE);
    }

    private NetworkCounts run(
            final long seed,
            final NetworkKind network,
            final NetworkReaders readers,
            final int seconds,
            final int kills,
            final String mutant)
            throws Exception {
        return new NetworkRun(
                        new NetworkOptions(
                                network, List.of(readers), seed, seconds, kills, mutant, TROUBLES, directory, !IS_SOAK),
                        new PrintWriter(out))
                .run();
    }
}
