package io.millrace.torture.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.storage.ArchivedClasses;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs a job with the agent, and kills it at its steps. {@code -Dmillrace.torture.steps=1} kills it at each of them. */
class StepSystemTest {
    private static final int EVERY_NTH_STEP = Integer.getInteger("millrace.torture.steps", 9);
    private static final int NUMBERS = 12_000;

    @TempDir
    static Path shared;

    private static ArchivedClasses classes;

    @TempDir
    private Path directory;

    private Path store;
    private Path disk;

    @BeforeAll
    static void archiveClasses() throws IOException, InterruptedException {
        classes = AgentLife.classes(shared);
    }

    @BeforeEach
    void setUp() {
        store = directory.resolve("store");
        disk = directory.resolve("disk");
    }

    @Test
    void shouldReachEveryStepWithinThreeLives() throws IOException, InterruptedException {
        final String all = Arrays.stream(Step.values())
                .map(step -> "step=" + step.stepName() + ":0")
                .collect(Collectors.joining(";", "report;disk=" + disk + ";", ""));
        final Set<Step> reached = EnumSet.noneOf(Step.class);
        addReached(reached, all, "CLOSE");
        kill("checkpoint-block:20");
        addReached(reached, all, "CLOSE");
        kill("checkpoint-block:20");
        LossyDisk.cutPower(disk);

        addReached(reached, all, "END");

        assertThat(reached).containsExactlyInAnyOrder(Step.values());
        assertThat(AgentJobCheck.differences(store)).isEmpty();
    }

    private void addReached(final Set<Step> reached, final String options, final String end)
            throws IOException, InterruptedException {
        try (AgentLife life = start(options, end)) {
            assertThat(life.awaitEnd()).as(life.toString()).isZero();
            for (final String line : life.seen()) {
                if (line.startsWith("ARRIVED ")) {
                    reached.add(Step.named(line.split(" ")[1]));
                }
            }
        }
    }

    @Test
    void shouldLoseNothingWhenKilledAtSteps() throws IOException, InterruptedException {
        for (int i = 0; i < Step.values().length; i += EVERY_NTH_STEP) {
            final Step step = Step.values()[i];
            if (step == Step.TAIL_CUT || step == Step.TAIL_CLEARED) {
                LossyDisk.cutPower(disk);
            }
            kill(step.stepName());
        }

        try (AgentLife life = start("disk=" + disk, "END")) {
            assertThat(life.awaitEnd()).as(life.toString()).isZero();
        }
        assertThat(AgentJobCheck.differences(store)).isEmpty();
    }

    @Test
    void shouldEndWithOneLineWhenAnOptionIsNotKnown() throws IOException, InterruptedException {
        try (AgentLife life = start("step=lunch", "END")) {
            assertThat(life.awaitEnd()).isEqualTo(TortureAgent.WRONG_USE);
            assertThat(life.seen()).isEmpty();
            assertThat(life.errors().lines())
                    .singleElement()
                    .asString()
                    .startsWith("torture agent: unknown step: lunch; one of checkpoint-begin, ");
        }
    }

    private void kill(final String step) throws IOException {
        try (AgentLife life = start("disk=" + disk + ";step=" + step, "CLOSE")) {
            assertThat(life.await("STEP " + step.replaceAll(":.*", "")))
                    .as(step + " is never reached: " + life)
                    .isTrue();
        }
    }

    private AgentLife start(final String options, final String end) throws IOException {
        return AgentLife.start(classes, directory, options, store.toString(), Integer.toString(NUMBERS), end);
    }
}
