package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.millrace.log.storage.CrashImageStorage;
import io.millrace.log.storage.CrashPoint;
import io.millrace.log.storage.ForgetfulStorage;
import io.millrace.log.storage.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/**
 * Crashes of a store at every change that it makes to its disk, and between any two steps of its users. A run works on one
 * disk through several lives of the store; at many instants the disk is looked at as a crash would leave it, and what the
 * crash may have left there is opened, read, appended to, and now and then crashed again.
 */
class CrashImageTest {
    private static final String SEED_PROPERTY = "millrace.test.seed";
    private static final int STATES = Integer.getInteger("millrace.crash.states", 30_000);
    private static final int PROCESS_STATES = STATES / 20;
    private static final int CONTROL_STATES = 20_000;
    private static final int STEPS = 150;
    private static final int LIVES = 4;
    private static final int IMAGES_PER_INSTANT = 12;
    private static final List<TopicSpec> TOPICS = List.of(
            TopicSpec.named(CrashWorkload.SOURCE).partitions(2).durability(Durability.POWER),
            TopicSpec.named(CrashWorkload.DERIVED).durability(Durability.POWER),
            TopicSpec.named("process").retentionBytes(Records.SEGMENT_LENGTH));

    private long seed = Long.getLong(SEED_PROPERTY, System.nanoTime());
    private CrashImageStorage memory = new CrashImageStorage();
    private SplittableRandom random;
    private CrashWorkload workload;
    private int stateCount;
    private Throwable failure;
    private CrashImageStorage killed;

    @BeforeEach
    void expectRepairs() {
        ((Logger) LoggerFactory.getLogger("io.millrace")).setLevel(Level.OFF);
    }

    @AfterEach
    void listenAgain() {
        ((Logger) LoggerFactory.getLogger("io.millrace")).setLevel(null);
    }

    @Test
    void shouldKeepAllThatWasCommittedThroughCrashesOfTheProcess() {
        runUntil(PROCESS_STATES, UnaryOperator.identity(), this::tryProcessCrash);
    }

    @Test
    void shouldKeepAllThatWasDurableThroughLossesOfPower() {
        runUntil(STATES, UnaryOperator.identity(), this::tryLossesOfPower);
    }

    /**
     * Shows that the test above can fail: a disk that does not force is one that acknowledges before forcing. What is found missing hangs on
     * the seed; it may be a record, or words of one whose checksum is missing, too.
     */
    @ParameterizedTest
    @ValueSource(strings = {".seg", "cut."})
    void shouldNoticeADiskThatDoesNotForce(final String partOfName) {
        final Throwable failure = catchThrowable(
                () -> runUntil(CONTROL_STATES, disk -> new ForgetfulStorage(disk, partOfName), this::tryLossesOfPower));

        final Stream<Throwable> causes = Stream.iterate(failure, Objects::nonNull, Throwable::getCause);
        assertThat(causes).hasAtLeastOneElementOfType(CrashFinding.class);
    }

    /** Names survive a loss of power only when their directory was forced, whatever was forced of the files. */
    @Test
    void shouldKeepTheNamesOfWhatWasCreatedThroughALossOfPower() {
        final CrashImageStorage disk = new CrashImageStorage();
        begin(UnaryOperator.identity());
        workload.open(disk);
        final CrashPoint point = disk.crashPoint();
        for (int i = 0; i < 500; i++) {
            final CrashImageStorage image = point.machineCrash(seed + i);
            for (final String name : List.of(
                    "millrace-store.properties",
                    "producers",
                    "topics/source/topic.properties",
                    "topics/source/1",
                    "topics/process/0")) {
                assertThat(image.exists(CrashWorkload.DIRECTORY.resolve(name)))
                        .as("%s of %s, repeat with -D%s=%s", name, image, SEED_PROPERTY, seed)
                        .isTrue();
            }
            image.close();
        }
    }

    /** The last cut names a position in an earlier segment than the one that the store goes on in. */
    @Test
    void shouldKeepWhatWasFoundBehindTheLastCutWhenTheProcessIsKilledThen() {
        final CrashImageStorage disk = new CrashImageStorage();
        final LogStore store = LogStore.launch(CrashWorkload.context(disk, 0));
        final LogPartition partition =
                store.createTopic(TopicSpec.named("process")).partition(0);
        final List<String> texts = new ArrayList<>();
        final LogAppender appender = partition.appender();
        while (partition.tailPosition() < 2.5 * Records.SEGMENT_LENGTH) {
            texts.add("record " + texts.size() + "x".repeat(1000));
            Records.append(appender, texts.get(texts.size() - 1));
            store.invokeConductor(1);
        }
        final CrashImageStorage rebooted = disk.crashPoint().reboot();
        LogStore.launch(CrashWorkload.context(rebooted, 0));

        final LogStore last =
                LogStore.launch(CrashWorkload.context(rebooted.crashPoint().processCrash(), 0));

        assertThat(Records.texts(last.topic("process").partition(0)).equals(texts))
                .isTrue();
    }

    private interface Crashes {
        void tryAt(CrashImageStorage disk);
    }

    private void begin(final UnaryOperator<Storage> between) {
        random = new SplittableRandom(seed);
        workload = new CrashWorkload(random, TOPICS, between);
    }

    private void runUntil(final int states, final UnaryOperator<Storage> between, final Crashes crashes) {
        while (stateCount < states) {
            begin(between);
            try {
                run(crashes);
            } catch (final Throwable ex) {
                throw new AssertionError(
                        "repeat with -D" + SEED_PROPERTY + '=' + seed + "; state " + stateCount,
                        failure == null ? ex : failure);
            }
            seed++;
        }
    }

    /** One disk through some lives of the store; the last of each run is closed in good order. */
    private void run(final Crashes crashes) throws Throwable {
        final List<CrashImageStorage> disks = new ArrayList<>();
        CrashImageStorage disk = memory.another();
        for (int life = 0; life < LIVES; life++) {
            disks.add(disk);
            live(disk, crashes);
            if (life < LIVES - 1) {
                disk = nextDisk(disk);
            }
        }
        if (killed == null) {
            workload.close();
            crashes.tryAt(disk);
        } else {
            nextDisk(disk).close();
        }
        disks.forEach(CrashImageStorage::close);
    }

    private void live(final CrashImageStorage disk, final Crashes crashes) throws Throwable {
        disk.observer(() -> sometimes(disk, crashes));
        workload.open(disk);
        throwFailure();
        for (int i = random.nextInt(STEPS); i > 0 && killed == null; i--) {
            workload.step();
            sometimes(disk, crashes);
            throwFailure();
        }
        disk.observer(() -> {});
    }

    /** Keeps what fails, since the store that is called from may take it for a failure of its disk. */
    private void sometimes(final CrashImageStorage disk, final Crashes crashes) {
        if (failure == null && killed == null && random.nextInt(8) == 0) {
            try {
                crashes.tryAt(disk);
            } catch (final Throwable ex) {
                failure = ex;
            }
        }
        if (killed == null && random.nextInt(200) == 0) {
            // The process ends in the middle of what it does. The copy must be whole, as the store goes on.
            killed = disk.crashPoint().processCrash();
            killed.crashPoint();
            workload.stop();
        }
    }

    private void throwFailure() throws Throwable {
        if (failure != null) {
            throw failure;
        }
    }

    /** Ends the life of a store by one crash or another; the workload goes on from what that left. */
    private CrashImageStorage nextDisk(final CrashImageStorage disk) {
        if (killed != null) {
            final CrashImageStorage next = killed;
            killed = null;
            workload.forgetStore();
            workload.histories().forEach(history -> history.cut(Integer.MAX_VALUE));
            return next;
        }
        final CrashPoint point = disk.crashPoint();
        final long crashSeed = random.nextLong();
        final CrashCheck check = CrashCheck.ofDurable(workload);
        final CrashImageStorage image = point.machineCrash(crashSeed);
        check.check(image, random);
        image.close();
        workload.forgetStore();
        for (int i = 0; i < workload.histories().size(); i++) {
            workload.histories().get(i).cut(check.keptCounts()[i]);
        }
        return point.machineCrash(crashSeed);
    }

    private void tryProcessCrash(final CrashImageStorage disk) {
        final CrashImageStorage image = disk.crashPoint().processCrash();
        CrashCheck.ofAll(workload).check(image, random);
        image.close();
        stateCount++;
    }

    private void tryLossesOfPower(final CrashImageStorage disk) {
        final CrashPoint point = disk.crashPoint();
        final CrashCheck check = CrashCheck.ofDurable(workload);
        for (int i = 0; i < IMAGES_PER_INSTANT; i++) {
            final CrashImageStorage image = point.machineCrash(random.nextLong());
            try {
                final CrashCheck next = check.check(image, random);
                stateCount++;
                if (random.nextInt(4) == 0) {
                    tryAgain(next, image);
                }
            } catch (final Throwable ex) {
                throw new AssertionError(image.toString(), ex);
            }
            image.close();
        }
    }

    private void tryAgain(final CrashCheck next, final CrashImageStorage image) {
        final CrashPoint point = image.crashPoint();
        final boolean isOfProcess = random.nextInt(4) == 0;
        final CrashImageStorage second = isOfProcess ? point.processCrash() : point.machineCrash(random.nextLong());
        try {
            (isOfProcess ? next.requireAll() : next).check(second, random);
        } catch (final Throwable ex) {
            throw new AssertionError("after a second crash: " + second, ex);
        }
        second.close();
        stateCount++;
    }
}
