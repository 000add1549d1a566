package io.millrace.torture.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.storage.ArchivedClasses;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Shows that each mutant makes a job do something else, and that the lives it is shown by do not. {@code -Dmillrace.torture.mutants=all}
 * tries all of them.
 */
class MutantSystemTest {
    private static final int NUMBERS = 6_000;

    @TempDir
    static Path shared;

    private static ArchivedClasses classes;

    @TempDir
    private Path directory;

    @BeforeAll
    static void archiveClasses() throws IOException, InterruptedException {
        classes = AgentLife.classes(shared);
    }

    static Stream<Mutant> mutantsOfTasks() {
        // The rest takes a minute.
        return "all".equals(System.getProperty("millrace.torture.mutants"))
                ? Mutant.ofJobs().stream().filter(mutant -> mutant != Mutant.RETRY_A_FAILED_FORCE)
                : Stream.of(Mutant.POSITION_OFF_BY_ONE, Mutant.TICK_FROM_WALL_CLOCK);
    }

    @ParameterizedTest
    @MethodSource("mutantsOfTasks")
    void shouldChangeWhatAKilledJobMakes(final Mutant mutant) throws IOException, InterruptedException {
        assertThat(killedAndEnded("mutant=" + mutant.mutantName())).isNotEmpty();
    }

    @Test
    void shouldChangeNothingWithoutAMutant() throws IOException, InterruptedException {
        assertThat(killedAndEnded("")).isEmpty();
    }

    private List<String> killedAndEnded(final String options) throws IOException, InterruptedException {
        for (int i = 0; i < 4; i++) {
            try (AgentLife life = start(options + ";step=checkpoint-block:12", "STAY")) {
                if (!life.await("STEP checkpoint-block", AgentJob.FED)) {
                    return List.of("did not come so far: " + life);
                }
            }
        }
        return ended(options);
    }

    private List<String> ended(final String options) throws IOException, InterruptedException {
        final List<String> differences = new ArrayList<>();
        try (AgentLife life = start(options, "END")) {
            if (life.awaitEnd() != 0) {
                differences.add("did not end: " + life);
            }
        }
        differences.addAll(AgentJobCheck.differences(directory.resolve("store")));
        return differences;
    }

    @Test
    void shouldLoseWhatADiskHasDroppedWhenAForceIsRetried() throws IOException, InterruptedException {
        assertThat(failedForces(";mutant=retry-a-failed-force", true)).isNotEmpty();
    }

    @Test
    void shouldStopAtAFailedForceAndLoseNothing() throws IOException, InterruptedException {
        assertThat(failedForces("", false)).isEmpty();
    }

    private List<String> failedForces(final String options, final boolean goesOn)
            throws IOException, InterruptedException {
        final Path disk = directory.resolve("disk");
        int losses = 0;
        for (int i = 0; i < 4; i++) {
            // The input is forced first, before what is made of it.
            try (AgentLife life = start("disk=" + disk + ";fail-force=" + (1 + i % 2) + options, "STAY")) {
                assertThat(life.await(AgentJob.FED)).as(life.toString()).isEqualTo(goesOn);
            }
            losses += LossyDisk.cutPower(disk) ? 1 : 0;
        }
        assertThat(losses).as("failed forces that lost pages").isPositive();
        return ended("disk=" + disk);
    }

    private AgentLife start(final String options, final String end) throws IOException {
        return AgentLife.start(
                classes, directory, options, directory.resolve("store").toString(), Integer.toString(NUMBERS), end);
    }
}
