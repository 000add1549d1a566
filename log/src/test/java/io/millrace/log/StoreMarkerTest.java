package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.storage.CrashImageStorage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The file that makes a directory a store, through a kill and a loss of power. */
class StoreMarkerTest {
    private static final Path DIRECTORY = Path.of("/data/store");

    @Test
    void shouldOpenAfterALossOfPowerWhenTheProcessThatMadeTheStoreWasKilledAtAnyMoment() {
        final CrashImageStorage disk = new CrashImageStorage();
        final List<CrashImageStorage> kills = new ArrayList<>();
        disk.observer(() -> kills.add(disk.crashPoint().processCrash()));
        launch(disk).close();
        disk.observer(() -> {});

        assertThat(kills).isNotEmpty();
        for (final CrashImageStorage killed : kills) {
            killed.observer(() -> losePower(killed));
            launch(killed).close();
            losePower(killed);
        }
    }

    private static void losePower(final CrashImageStorage disk) {
        for (int seed = 0; seed < 10; seed++) {
            final CrashImageStorage image = disk.crashPoint().machineCrash(seed);
            launch(image).close();
            image.close();
        }
    }

    private static LogStore launch(final CrashImageStorage storage) {
        return LogStore.launch(Records.context(DIRECTORY).storage(storage).invoked(true));
    }
}
