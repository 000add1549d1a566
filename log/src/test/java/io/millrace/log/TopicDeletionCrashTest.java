package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.millrace.log.storage.CrashImageStorage;
import io.millrace.log.storage.CrashPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Crashes of the process and of the machine at every step of a deletion, and of the creation of a topic of the same name. */
class TopicDeletionCrashTest {
    private static final String SEED_PROPERTY = "millrace.test.seed";
    private static final int LOSSES_PER_STEP = 2;

    private final long seed = Long.getLong(SEED_PROPERTY, System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final List<String> kept = List.of("kept 1", "kept 2");
    private final List<String> old = new ArrayList<>();
    private int oldId;
    private int stepCount;
    private int withOld;
    private int without;
    private int withNew;

    @BeforeEach
    void expectRepairs() {
        ((Logger) LoggerFactory.getLogger("io.millrace")).setLevel(Level.OFF);
    }

    @AfterEach
    void listenAgain() {
        ((Logger) LoggerFactory.getLogger("io.millrace")).setLevel(null);
    }

    @Test
    void shouldLeaveTheWholeTopicOrNothingOfItWhereverItIsCutOff() {
        final CrashImageStorage disk = new CrashImageStorage();
        final LogStore store = LogStore.launch(CrashWorkload.context(disk, 0));
        final LogPartition keep = store.createTopic(TopicSpec.named("keep")).partition(0);
        kept.forEach(text -> Records.append(keep.appender(), text));
        fill(store, store.createTopic(TopicSpec.named("t").partitions(2)));
        store.createTopic(TopicSpec.named("derived"));
        store.derives("t", "derived");
        store.forceNow();
        disk.observer(() -> crash(disk));

        store.deleteTopic("t", true);
        final int deletionSteps = stepCount;
        final LogTopic again = store.createTopic(TopicSpec.named("t"));
        Records.append(again.partition(0).appender(), "new");
        store.forceNow();

        assertThat(deletionSteps).isGreaterThan(15);
        assertThat(withOld).isPositive();
        assertThat(without).isPositive();
        assertThat(withNew).isPositive();
        disk.observer(() -> {});
        store.close();
    }

    private void fill(final LogStore store, final LogTopic topic) {
        oldId = topic.id();
        final LogAppender appender = topic.partition(0).appender();
        while (topic.partition(0).tailPosition() < 1.5 * Records.SEGMENT_LENGTH) {
            old.add("old " + old.size() + "x".repeat(2000));
            Records.append(appender, old.get(old.size() - 1));
            store.invokeConductor(1);
        }
    }

    private void crash(final CrashImageStorage disk) {
        stepCount++;
        final CrashPoint point = disk.crashPoint();
        check(point.processCrash());
        for (int i = 0; i < LOSSES_PER_STEP; i++) {
            check(point.machineCrash(random.nextLong()));
        }
    }

    private void check(final CrashImageStorage image) {
        try (LogStore store = LogStore.launch(CrashWorkload.context(image, 0))) {
            assertThat(Records.texts(store.topic("keep").partition(0))).isEqualTo(kept);
            assertThat(store.topic("derived").isDerived()).isTrue();
            if (store.hasTopic("t")) {
                checkTopic(store.topic("t"));
            } else {
                without++;
                assertThat(image.exists(CrashWorkload.DIRECTORY.resolve("topics/t")) && !isEmptyAttempt(store))
                        .isFalse();
            }
            assertThat(store.createTopic(TopicSpec.named("probe")).id()).isGreaterThan(oldId);
        } catch (final Throwable ex) {
            throw new AssertionError(
                    "repeat with -D" + SEED_PROPERTY + '=' + seed + "; step=" + stepCount + " of " + image, ex);
        }
        image.close();
    }

    private void checkTopic(final LogTopic topic) {
        final List<String> texts = Records.texts(topic.partition(0));
        if (topic.id() == oldId) {
            withOld++;
            assertThat(texts).isEqualTo(old);
        } else {
            withNew++;
            assertThat(topic.id()).isGreaterThan(oldId);
            assertThat(List.of("new")).containsAll(texts);
        }
    }

    /** What an attempt to create the topic anew has left can be taken up. */
    private static boolean isEmptyAttempt(final LogStore store) {
        return store.createTopic(TopicSpec.named("t")).partition(0).tailPosition() == 4096;
    }
}
