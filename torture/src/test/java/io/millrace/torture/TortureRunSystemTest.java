package io.millrace.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.torture.job.TopologyName;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tortures topologies for a moment. */
class TortureRunSystemTest {
    private static final int KILLS = Integer.getInteger("millrace.torture.kills", 1);
    private static final int LIVES = Integer.getInteger("millrace.torture.lives", 4);

    @TempDir
    static Path shared;

    private static Jvm jvm;

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();

    @BeforeAll
    static void prepare() throws Exception {
        jvm = Jvm.prepare(shared);
    }

    // Where there are many kills, all topologies suffer; otherwise each in two of three builds, chosen by the seed.
    private static List<TopologyName> topologies(final long seed) {
        final List<TopologyName> all = List.of(TopologyName.values());
        return KILLS > all.size()
                ? all
                : all.stream()
                        .filter(topology -> (topology.ordinal() + (seed >>> 8)) % 3 != 0)
                        .toList();
    }

    @Test
    void shouldFindNothingInAnyTopology() throws Exception {
        final long seed = Long.getLong("millrace.test.seed", System.nanoTime());
        final List<TopologyName> topologies = topologies(seed);
        final Counts all = new Counts();
        final long startNs = System.nanoTime();
        for (final TopologyName topology : topologies) {
            final int kills = (KILLS - 1) / topologies.size() + 1;

            final Counts counts = run(seed, kills, topology);

            assertThat(counts.isClean())
                    .as("--seed %d --topology %s --lives %d\n%s", seed, topology.text(), LIVES, out)
                    .isTrue();
            assertThat(counts.kills).as("kills; seed %d\n%s", seed, out).isGreaterThanOrEqualTo(kills);
            assertThat(counts.outputs).as("outputs").isPositive();
            all.add(counts);
        }
        if (KILLS > TopologyName.values().length) {
            System.out.println(all.summary(seed, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNs)));
        }
        assertThat(all.kills).as("kills").isGreaterThanOrEqualTo(KILLS);
        assertThat(all.topologies).containsExactlyElementsOf(topologies);
    }

    private Counts run(final long seed, final int kills, final TopologyName topology) throws Exception {
        return new TortureRun(
                        new TortureOptions(seed, 0, kills, List.of(topology), null, LIVES, directory, true),
                        new PrintWriter(out),
                        jvm)
                .run();
    }
}
