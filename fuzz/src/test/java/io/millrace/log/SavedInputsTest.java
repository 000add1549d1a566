package io.millrace.log;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Replays what fuzzing has found, and changes it at random for a moment: without Jazzer, so in any environment. The inputs
 * lie where Jazzer saves them, in one directory for each class of fuzz tests.
 */
class SavedInputsTest {
    private static final Duration HANGS_AFTER = Duration.ofSeconds(20);
    private static final long MUTATE_NS = TimeUnit.SECONDS.toNanos(2);
    private static final int MAX_LENGTH = 400;

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("inputs")
    void shouldStandWhatFuzzingHasFound(final Path input) throws IOException {
        final byte[] bytes = Files.readAllBytes(input);

        Assertions.assertTimeoutPreemptively(HANGS_AFTER, () -> run(input, bytes));
    }

    @ParameterizedTest
    @EnumSource
    void shouldStandRandomBytes(final FuzzTarget target) {
        final long seed = Long.getLong("millrace.test.seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        final long endNs = System.nanoTime() + MUTATE_NS;
        for (int i = 0; System.nanoTime() - endNs < 0; i++) {
            final byte[] bytes = new byte[random.nextInt(MAX_LENGTH)];
            random.nextBytes(bytes);
            try {
                Assertions.assertTimeoutPreemptively(HANGS_AFTER, () -> target.run(bytes));
            } catch (final Throwable failure) {
                throw new AssertionError("repeat with -Dmillrace.test.seed=" + seed + ": input " + i, failure);
            }
        }
    }

    private static void run(final Path input, final byte[] bytes) {
        final String owner = input.toString();
        for (final FuzzTarget target : FuzzTarget.values()) {
            if (owner.contains("Long" + target.title() + "FuzzTestInputs")) {
                target.run(bytes);
                return;
            }
        }
        FuzzTarget.runAny(bytes);
    }

    static List<Path> inputs() throws Exception {
        final URI here = SavedInputsTest.class.getResource("inputs.md").toURI();
        final List<Path> inputs = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(Path.of(here).getParent())) {
            paths.filter(Files::isRegularFile)
                    .filter(path -> path.toString().contains("FuzzTestInputs"))
                    .filter(path -> !path.endsWith(".gitkeep"))
                    .forEach(inputs::add);
        }
        return inputs;
    }
}
