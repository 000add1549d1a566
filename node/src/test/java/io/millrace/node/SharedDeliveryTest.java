package io.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.aeron.Aeron;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.millrace.log.LogContext;
import io.millrace.log.LogStore;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A subscription of the node, its live feed and a subscriber, in one thread and over publications with little room: whatever is refused,
 * lost or interrupted, each record is handed out once, in order, and none waits for another one to be appended.
 */
@Timeout(30)
class SharedDeliveryTest {
    private static final int ROUNDS = Integer.getInteger("millrace.rounds", 6);
    private static final int STEPS = 500;

    @TempDir
    private static Path directory;

    private static MediaDriver driver;
    private static Aeron aeron;
    private static LogStore store;

    @BeforeAll
    static void launch() {
        driver = MediaDriver.launchEmbedded(new MediaDriver.Context()
                .aeronDirectoryName(directory.resolve("driver").toString())
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .publicationTermBufferLength(SharedDelivery.TERM_LENGTH)
                .termBufferSparseFile(true)
                .publicationConnectionTimeoutNs(SharedDelivery.CONNECTION_TIMEOUT_NS)
                .threadingMode(ThreadingMode.INVOKER));
        aeron = Aeron.connect(new Aeron.Context()
                .aeronDirectoryName(driver.aeronDirectoryName())
                .driverAgentInvoker(driver.sharedAgentInvoker())
                .useConductorAgentInvoker(true));
        store = LogStore.launch(new LogContext().directory(directory.resolve("store")));
    }

    @AfterAll
    static void close() {
        store.close();
        aeron.close();
        driver.close();
    }

    @Test
    void shouldHandOutEachRecordOnceInOrderWhateverIsRefusedOrLost() {
        final long base = System.nanoTime();
        long followed = 0;
        for (int i = 0; i < ROUNDS; i++) {
            final long seed = base + i;
            try (SharedDelivery delivery = new SharedDelivery(store, aeron, seed)) {
                delivery.run(STEPS);
                delivery.settle();
                followed += delivery.liveRecordCount();
            } catch (final RuntimeException | AssertionError ex) {
                throw new AssertionError("seed=" + seed, ex);
            }
        }

        // Else nothing was tested.
        assertThat(followed).isPositive();
    }

    @Test
    void shouldDeliverWhatAFeedHasLeftOutWhileNobodyHeardIt() {
        try (SharedDelivery delivery = new SharedDelivery(store, aeron, 1)) {
            delivery.follow();

            delivery.beSilent();

            delivery.settle();
            assertThat(delivery.replayCount()).isPositive();
        }
    }

    @Test
    void shouldRememberOnePositionThatIsGoneForEachPartition() {
        try (SharedDelivery delivery = new SharedDelivery(store, aeron, 2)) {
            delivery.follow();
            final long from = delivery.removeTheFirst();

            for (int i = 0; i < 1_000; i++) {
                delivery.session().replayFrom(0, from);
            }

            assertThat(delivery.goneEventCount()).isEqualTo(1);
        }
    }
}
