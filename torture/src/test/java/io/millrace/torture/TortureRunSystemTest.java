package io.millrace.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.torture.job.TopologyName;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tortures every topology for a moment. */
class TortureRunSystemTest {
    private static final int KILLS = Integer.getInteger("millrace.torture.kills", 1);
    private static final int LIVES = Integer.getInteger("millrace.torture.lives", 4);

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();

    @Test
    void shouldFindNothingInAnyTopology() throws Exception {
        final long seed = Long.getLong("millrace.test.seed", System.nanoTime());
        final Counts all = new Counts();
        final long startNs = System.nanoTime();
        for (final TopologyName topology : TopologyName.values()) {
            final int kills = (KILLS - 1) / TopologyName.values().length + 1;

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
        assertThat(all.topologies).containsExactly(TopologyName.values());
    }

    private Counts run(final long seed, final int kills, final TopologyName topology) throws Exception {
        return new TortureRun(
                        new TortureOptions(seed, 0, kills, List.of(topology), null, LIVES, directory, true),
                        new PrintWriter(out))
                .run();
    }
}
