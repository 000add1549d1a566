package io.millrace.log.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CrashImageStorageTest {
    private static final Path DIRECTORY = Path.of("/disk");
    private static final Path FILE = DIRECTORY.resolve("file");
    private static final Path OTHER = DIRECTORY.resolve("other");
    private static final int CRASHES = 300;

    private final CrashImageStorage storage = new CrashImageStorage();

    @Test
    void shouldKeepForcedBytesUnderForcedNamesThroughEveryCrash() throws IOException {
        writeForced(FILE, "old");

        for (long seed = 0; seed < CRASHES; seed++) {
            assertThat(text(storage.crashPoint().machineCrash(seed), FILE)).isEqualTo("old");
        }
    }

    @Test
    void shouldLoseOrKeepANameWhoseDirectoryWasNotForced() throws IOException {
        storage.createDirectories(DIRECTORY);
        storage.forceDirectory(Path.of("/"));
        try (StorageFile file = storage.create(FILE)) {
            file.write(bytes("text"), 0);
            file.force();
        }

        assertThat(outcomes(image -> image.exists(FILE) ? text(image, FILE) : "nothing"))
                .containsExactlyInAnyOrder("nothing", "text");
    }

    @Test
    void shouldKeepEachSectorOldOrNewOrAsMarkedInBetween() throws IOException {
        writeForced(FILE, "a".repeat(2 * 512));
        final ByteBuffer mapped = storage.map(FILE, 1024, false).buffer();
        mapped.put(0, (byte) 'b').put(512, (byte) 'b');
        storage.mark();
        mapped.put(0, (byte) 'c').put(512, (byte) 'c');

        assertThat(outcomes(image ->
                        "" + text(image, FILE).charAt(0) + text(image, FILE).charAt(512)))
                .containsExactlyInAnyOrder("aa", "ab", "ac", "ba", "bb", "bc", "ca", "cb", "cc");
    }

    @Test
    void shouldTearSectorsNowAndThen() throws IOException {
        writeForced(FILE, "a".repeat(512));
        final ByteBuffer mapped = storage.map(FILE, 512, false).buffer();
        mapped.put(0, (byte) 'b').put(511, (byte) 'b');

        assertThat(outcomes(image ->
                        "" + text(image, FILE).charAt(0) + text(image, FILE).charAt(511)))
                .containsExactlyInAnyOrder("aa", "bb", "ab", "ba");
    }

    @Test
    void shouldPutOnlyThePagesOfAForcedRangeOnDisk() throws IOException {
        writeForced(FILE, "a".repeat(3 * 4096));
        final MappedFile file = storage.map(FILE, 3 * 4096, false);
        for (int i = 0; i < 3; i++) {
            file.buffer().put(i * 4096, (byte) 'b');
        }
        file.force(4096 + 100, 8);

        assertThat(outcomes(image ->
                        "" + text(image, FILE).charAt(0) + text(image, FILE).charAt(4096)))
                .containsExactlyInAnyOrder("ab", "bb");
    }

    @Test
    void shouldCutOrKeepTheLengthThatWasNotForced() throws IOException {
        writeForced(FILE, "old");
        storage.create(FILE).write(bytes("longer than old"), 0);

        assertThat(outcomes(image -> Integer.toString(text(image, FILE).length())))
                .contains("3", "7", "15");
    }

    @Test
    void shouldRenameInOneStepOrNotAtAll() throws IOException {
        writeForced(FILE, "old");
        try (StorageFile file = storage.create(OTHER)) {
            file.write(bytes("new"), 0);
            file.force();
        }
        storage.rename(OTHER, FILE);

        assertThat(outcomes(image -> text(image, FILE) + image.list(DIRECTORY)))
                .containsExactlyInAnyOrder("old[file]", "old[file, other]", "new[file]");
    }

    @Test
    void shouldKeepChangesOfNamesOneWithoutAnother() throws IOException {
        storage.createDirectories(DIRECTORY);
        storage.forceDirectory(Path.of("/"));
        storage.create(FILE).close();
        storage.create(OTHER).close();

        assertThat(outcomes(image -> image.list(DIRECTORY).toString()))
                .containsExactlyInAnyOrder("[]", "[file]", "[other]", "[file, other]");
    }

    @Test
    void shouldKeepEverythingThroughACrashOfTheProcessAndLoseItAtTheNextOfTheMachine() throws IOException {
        writeForced(FILE, "old");
        storage.map(FILE, 3, false).buffer().put(0, (byte) 'O');
        storage.tryLock(DIRECTORY.resolve("lock"));

        final CrashImageStorage next = storage.crashPoint().processCrash();

        assertThat(text(next, FILE)).isEqualTo("Old");
        assertThat(next.boot()).isEqualTo(storage.boot());
        assertThat(next.tryLock(DIRECTORY.resolve("lock"))).isNotNull();
        final Set<String> outcomes = new HashSet<>();
        for (long seed = 0; seed < CRASHES; seed++) {
            outcomes.add(text(next.crashPoint().machineCrash(seed), FILE));
        }
        assertThat(outcomes).containsExactlyInAnyOrder("old", "Old");
    }

    @Test
    void shouldHaveEverythingOnDiskAfterARebootInGoodOrder() throws IOException {
        storage.createDirectories(DIRECTORY);
        storage.create(FILE).write(bytes("text"), 0);

        final CrashImageStorage next = storage.crashPoint().reboot();

        assertThat(next.boot()).isNotEqualTo(storage.boot());
        for (long seed = 0; seed < CRASHES; seed++) {
            assertThat(text(next.crashPoint().machineCrash(seed), FILE)).isEqualTo("text");
        }
    }

    @Test
    void shouldCrashASecondTimeFromWhatTheFirstLeft() throws IOException {
        writeForced(FILE, "a".repeat(2 * 512));
        storage.map(FILE, 1024, false).buffer().put(0, (byte) 'b');
        final CrashPoint point = storage.crashPoint();

        for (long seed = 0; seed < CRASHES; seed++) {
            final CrashImageStorage first = point.machineCrash(seed);
            final char left = text(first, FILE).charAt(0);
            final MappedFile mapped = first.map(FILE, 1024, false);
            mapped.buffer().put(512, (byte) 'c');
            final String second = text(first.crashPoint().machineCrash(seed), FILE);
            assertThat(second.charAt(0)).isEqualTo(left);
            mapped.force(512, 1);
            assertThat(text(first.crashPoint().machineCrash(seed), FILE).charAt(512))
                    .isEqualTo('c');
            first.close();
        }
    }

    @Test
    void shouldGiveTheSameImageForTheSameSeed() throws IOException {
        writeForced(FILE, "a".repeat(64 * 512));
        final ByteBuffer mapped = storage.map(FILE, 64 * 512, false).buffer();
        for (int i = 0; i < mapped.capacity(); i++) {
            mapped.put(i, (byte) 'b');
        }
        final CrashPoint point = storage.crashPoint();

        for (long seed = 0; seed < 20; seed++) {
            assertThat(text(point.machineCrash(seed), FILE)).isEqualTo(text(point.machineCrash(seed), FILE));
        }
    }

    @Test
    void shouldSayWhatIsNotThereAsTheRealDiskDoes() {
        assertThatThrownBy(() -> storage.read(FILE)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> storage.list(DIRECTORY)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> storage.create(FILE)).isInstanceOf(NoSuchFileException.class);
    }

    private interface Question {
        String ask(CrashImageStorage image) throws IOException;
    }

    private Set<String> outcomes(final Question question) throws IOException {
        final Set<String> outcomes = new HashSet<>();
        final CrashPoint point = storage.crashPoint();
        for (long seed = 0; seed < CRASHES; seed++) {
            final CrashImageStorage image = point.machineCrash(seed);
            outcomes.add(question.ask(image));
            image.close();
        }
        return outcomes;
    }

    private void writeForced(final Path file, final String text) throws IOException {
        storage.createDirectories(file.getParent());
        for (final Path directory : List.of(file.getParent(), file.getParent().getParent())) {
            storage.forceDirectory(directory);
        }
        AtomicFiles.write(storage, file, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static ByteBuffer bytes(final String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String text(final Storage image, final Path file) throws IOException {
        return new String(image.read(file), StandardCharsets.US_ASCII);
    }
}
