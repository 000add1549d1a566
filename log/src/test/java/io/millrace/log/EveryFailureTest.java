package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.storage.CrashImageStorage;
import io.millrace.log.storage.FailingStorage;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** Walks through all calls that a store makes to its disk and lets each of them fail. */
class EveryFailureTest {
    private static final String SEED_PROPERTY = "millrace.test.seed";
    private static final List<TopicSpec> TOPICS = List.of(
            TopicSpec.named("one").partitions(2).durability(Durability.POWER),
            TopicSpec.named("two").partitions(1));
    private static final int STEPS = 150;

    private final long seed = Long.getLong(SEED_PROPERTY, System.nanoTime());

    @BeforeEach
    void expectErrors() {
        ((Logger) LoggerFactory.getLogger("io.millrace")).setLevel(Level.OFF);
    }

    @AfterEach
    void listenAgain() {
        ((Logger) LoggerFactory.getLogger("io.millrace")).setLevel(null);
    }

    @ParameterizedTest(name = "failsForEver={0} isFull={1}")
    @CsvSource({"false,false", "true,false", "false,true", "true,true"})
    void shouldLoseNoRecordWhicheverCallFails(final boolean failsForEver, final boolean isFull) {
        final long callCount = failAt(Long.MAX_VALUE, failsForEver, isFull).callCount();
        assertThat(callCount).isGreaterThan(100);
        for (long call = 1; call <= callCount; call++) {
            assertThat(failAt(call, failsForEver, isFull).failureCount() > 0 || isFull)
                    .isTrue();
        }
    }

    private FailingStorage failAt(final long call, final boolean failsForEver, final boolean isFull) {
        final FailingStorage[] storage = new FailingStorage[1];
        // The same work each time, so that the calls are the same up to the one that fails.
        final SplittableRandom random = new SplittableRandom(seed);
        final CrashWorkload workload = new CrashWorkload(random, TOPICS, disk -> {
            storage[0] = storage[0] == null ? new FailingStorage(disk, call, failsForEver, isFull) : storage[0];
            return storage[0];
        });
        final CrashImageStorage disk = new CrashImageStorage();
        try {
            for (int life = 0; life < 2; life++) {
                work(workload, disk);
                assertThat(storage[0].forcesAfterFailedForce())
                        .as("forces after one that failed")
                        .isZero();
            }
            final CrashCheck check = CrashCheck.ofAll(workload);
            check.check(disk.crashPoint().processCrash(), random);
            // The same process may try again too: nothing is left locked.
            check.check(disk, random);
        } catch (final Throwable failure) {
            throw new AssertionError(
                    "repeat with -D" + SEED_PROPERTY + '=' + seed + "; failing call=" + call + " of " + storage[0],
                    failure);
        }
        return storage[0];
    }

    private static void work(final CrashWorkload workload, final CrashImageStorage disk) {
        if (isDone(() -> workload.open(disk))) {
            for (int i = 0; i < STEPS; i++) {
                isDone(workload::step);
            }
        }
        if (workload.store() != null) {
            isDone(workload::close);
        }
    }

    /** Tells whether an action went well; what it says otherwise must be clear. */
    private static boolean isDone(final Runnable action) {
        try {
            action.run();
            return true;
        } catch (final MillraceException ex) {
            assertThat(ex.code()).isIn(ErrorCode.STORAGE_FAILED, ErrorCode.STORAGE_FULL);
            assertThat(ex.getMessage()).matches("[^\\n]+(/data/store|topic=)[^\\n]+");
            return false;
        }
    }
}
