package io.millrace.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.torture.agent.Mutant;
import io.millrace.torture.job.TopologyName;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Lets the check find planted faults. {@code -Dmillrace.torture.mutants=all} plants all of them. */
class PlantedFaultSystemTest {
    private static final int KILLS = 60;
    private static final int LIVES = 8;

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

    static List<Mutant> mutants() {
        return "all".equals(System.getProperty("millrace.torture.mutants"))
                ? Mutant.ofJobs()
                : List.of(Mutant.SKIP_DEDUPE, Mutant.POSITION_OFF_BY_ONE, Mutant.FORGET_A_TIMER);
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void shouldFindAPlantedFault(final Mutant fault) throws Exception {
        final long seed = Long.getLong("millrace.test.seed", System.nanoTime());
        final String mutant = fault.mutantName();

        final Counts counts = run(seed, mutant, topologyFor(fault));

        assertThat(counts.isClean())
                .as("--seed %d --mutant %s\n%s", seed, mutant, out)
                .isFalse();
        assertThat(out.toString()).contains("found something", "seed=" + seed);
    }

    @Test
    void shouldFindAForgottenTimerInATable() throws Exception {
        final long seed = Long.getLong("millrace.test.seed", System.nanoTime());

        final Counts counts = run(seed, Mutant.FORGET_A_TIMER.mutantName(), TopologyName.TABLES);

        assertThat(counts.isClean()).as("--seed %d\n%s", seed, out).isFalse();
        assertThat(out.toString()).contains("found something", "seed=" + seed);
    }

    /** One in which the fault matters: not every topology has timers, or an exchange. */
    private static TopologyName topologyFor(final Mutant fault) {
        return switch (fault) {
            case TICK_FROM_WALL_CLOCK, FORGET_A_TIMER -> TopologyName.TIMERS;
            // Four exchanges, of which each holds more than comes in.
            case SKIP_TRUNCATION_GUARD -> TopologyName.ENRICH;
            default -> TopologyName.WINDOWS;
        };
    }

    private Counts run(final long seed, final String mutant, final TopologyName topology) throws Exception {
        return new TortureRun(
                        new TortureOptions(seed, 0, KILLS, List.of(topology), mutant, LIVES, directory, true),
                        new PrintWriter(out),
                        jvm)
                .run();
    }
}
