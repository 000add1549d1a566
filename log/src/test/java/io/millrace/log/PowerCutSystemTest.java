package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.segment.SegmentInspection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Takes the power from a real process on a real file system, again and again over the same store. The process is stopped
 * first, so that nothing it says afterwards counts; then its file system is shut down, which drops every page that was not
 * written; then it is killed, the file system mounted again, and the store opened as after another start of the machine.
 *
 * <p>Each line that the process had written by then names a record that must be there, whole and in order; nothing may be
 * there but what belongs there; and the derived topic may hold no record whose source is gone.
 */
class PowerCutSystemTest {
    private static final int CUTS = Integer.getInteger("millrace.power.cuts", 3);
    private static final int CONTROL_CUTS = 3;
    private static final int MEGABYTES = 400;
    private static final int MAX_REPORTS = 100;

    @TempDir
    private Path root;

    private LoopMount mount;
    private Process child;

    @BeforeEach
    void needShutdown() {
        LoopMount.needsShutdown();
    }

    @AfterEach
    void cleanUp() throws Exception {
        if (child != null) {
            child.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
        if (mount != null) {
            mount.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs"})
    @Timeout(3600)
    void shouldKeepWhatWasReportedDurableThroughLossesOfPower(final String type) throws Exception {
        mount = LoopMount.create(root, type, MEGABYTES);
        PowerCutWriter.createTopics(directory());
        final long seed = Long.getLong("millrace.test.seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        long lines = 0;
        long records = 0;
        int cut = 0;
        try {
            for (; cut < CUTS; cut++) {
                cut(cut, true, 1 + random.nextInt(MAX_REPORTS));
                records += check(cut).count();
                lines += reports(cut).size();
            }
        } catch (final Throwable failure) {
            throw new AssertionError(
                    "cut " + cut + ", repeat with -Dmillrace.test.seed=" + seed + "; child said: "
                            + Files.readString(errors()),
                    failure);
        }
        System.out.println("power cuts: file system=" + type + " cuts=" + CUTS + " reports kept=" + lines
                + " records checked=" + records + " lost=0 doubled=0 out of order=0 altered=0");
    }

    @Test
    @Timeout(120)
    void shouldCatchADiskThatOnlySaysThatItForces() {
        mount = LoopMount.create(root, "ext4", MEGABYTES);
        PowerCutWriter.createTopics(directory());

        assertThatThrownBy(() -> {
                    for (int cut = 0; cut < CONTROL_CUTS; cut++) {
                        cut(cut, false, 5);
                        check(cut);
                    }
                })
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("lost");
    }

    private Path directory() {
        return mount.directory().resolve("store");
    }

    private Path errors() {
        return root.resolve("errors.txt");
    }

    private Path reportFile(final int cut) {
        return root.resolve("reports-" + cut);
    }

    /** Lets the process work until it has reported enough, and takes its power. */
    private void cut(final int cut, final boolean forces, final int reports) throws Exception {
        Files.deleteIfExists(errors());
        final String boot = Integer.toString(2 * cut + 1);
        child = ChildJvm.of(PowerCutWriter.class, directory().toString(), boot, Boolean.toString(forces))
                .redirectError(errors().toFile())
                .redirectOutput(reportFile(cut).toFile())
                .start();
        mount.guard(child);
        Records.await(reports + " reports", () -> {
            assertThat(child.isAlive()).as("the child is alive").isTrue();
            return reports(cut).size() >= reports;
        });
        stop(child.pid());
        mount.shutDown();
        child.destroyForcibly();
        assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
        mount.remount();
    }

    /** Stops every thread of a process. */
    private static void stop(final long pid) throws Exception {
        new ProcessBuilder("kill", "-STOP", Long.toString(pid)).start().waitFor();
        Records.await("all threads stopped", () -> threadStates(pid).stream().allMatch(state -> state == 'T'));
    }

    private static List<Character> threadStates(final long pid) {
        final List<Character> states = new ArrayList<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            for (final Path task : tasks.toList()) {
                final String stat = Files.readString(task.resolve("stat"), StandardCharsets.US_ASCII);
                states.add(stat.charAt(stat.lastIndexOf(')') + 2));
            }
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
        return states;
    }

    /** The lines that are complete. */
    private List<String> reports(final int cut) {
        try {
            final String text = Files.readString(reportFile(cut), StandardCharsets.US_ASCII);
            return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** Opens the store as after another start of the machine, and looks at everything. */
    private PowerCutContent check(final int cut) {
        final PowerCutContent content = new PowerCutContent();
        try (LogStore store = LogStore.launch(PowerCutWriter.context(directory(), 2 * cut + 2, true))) {
            content.readSource(store.topic(PowerCutWriter.SOURCE).partition(0));
            content.readDerived(store.topic(PowerCutWriter.DERIVED).partition(0));
            checkReports(cut, content);
            for (final LogTopic topic : store.topics()) {
                checkIntact(topic.partition(0));
            }
        }
        return content;
    }

    private void checkReports(final int cut, final PowerCutContent content) {
        // The last line of each writer stands for all before it, since numbers have no gaps.
        final Map<String, String> last = new HashMap<>();
        for (int earlier = 0; earlier <= cut; earlier++) {
            reports(earlier).forEach(line -> last.put(line.substring(0, 3), line));
        }
        reports(cut).forEach(content::checkReported);
        last.values().forEach(content::checkReported);
    }

    private static void checkIntact(final LogPartition partition) {
        for (final long base : partition.segmentPositions()) {
            final SegmentInspection inspection = partition.inspect(base, true, record -> true);
            assertThat(inspection.isIntact()).as("%s", inspection).isTrue();
        }
    }
}
