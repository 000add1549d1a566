package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.storage.CrashImageStorage;
import io.millrace.log.storage.CrashPoint;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Crashes of a store at every change that it makes to its disk, and between any two steps of its users. */
class CrashImageTest {
    private static final String SEED_PROPERTY = "millrace.test.seed";
    private static final List<TopicSpec> TOPICS =
            List.of(TopicSpec.named("one").partitions(2), TopicSpec.named("two").partitions(1));
    private static final int STEPS = 200;

    private final long seed = Long.getLong(SEED_PROPERTY, System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private int stateCount;

    @Test
    void shouldKeepAllThatWasCommittedThroughCrashesOfTheProcess() {
        while (stateCount < 5_000) {
            final CrashWorkload workload = new CrashWorkload(random, TOPICS, UnaryOperator.identity());
            CrashImageStorage disk = new CrashImageStorage();
            for (int generation = 0; generation < 3; generation++) {
                final CrashImageStorage current = disk;
                run(
                        workload,
                        current,
                        () -> tryCrash(workload, current.crashPoint().processCrash()));
                disk = current.crashPoint().processCrash();
                workload.forgetStore();
            }
        }
    }

    /** Names survive a loss of power only when their directory was forced, whatever was forced of the files. */
    @Test
    void shouldKeepTheNamesOfWhatWasCreatedThroughALossOfPower() {
        final CrashImageStorage disk = new CrashImageStorage();
        final CrashWorkload workload = new CrashWorkload(random, TOPICS, UnaryOperator.identity());
        workload.open(disk);
        final CrashPoint point = disk.crashPoint();
        for (int i = 0; i < 500; i++) {
            final CrashImageStorage image = point.machineCrash(seed + i);
            for (final String name : List.of(
                    "millrace-store.properties",
                    "producers",
                    "topics/one/topic.properties",
                    "topics/one/1",
                    "topics/two/0")) {
                assertThat(image.exists(CrashWorkload.DIRECTORY.resolve(name)))
                        .as("%s of %s, repeat with -D%s=%s", name, image, SEED_PROPERTY, seed)
                        .isTrue();
            }
            image.close();
        }
    }

    private void run(final CrashWorkload workload, final CrashImageStorage disk, final Runnable crash) {
        disk.observer(() -> sometimes(crash));
        workload.open(disk);
        for (int i = random.nextInt(STEPS); i > 0; i--) {
            workload.step();
            sometimes(crash);
        }
        disk.observer(() -> {});
    }

    private void sometimes(final Runnable crash) {
        if (random.nextInt(8) == 0) {
            crash.run();
        }
    }

    private void tryCrash(final CrashWorkload workload, final CrashImageStorage image) {
        try {
            final CrashCheck check = new CrashCheck(workload).requireAll();
            check.check(image, random);
            assertThat(check.keptCounts()).isNotNull();
        } catch (final Throwable failure) {
            throw new AssertionError(
                    "repeat with -D" + SEED_PROPERTY + '=' + seed + "; state " + stateCount + " of " + image, failure);
        }
        image.close();
        stateCount++;
    }
}
