package io.millrace.log.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class PageTableTest {
    private static final int LENGTH = 1024 * 1024;
    private static final int PAGE_LENGTH = 4096;
    private static final int WRITES = 400_000;

    @TempDir
    private Path directory;

    private final FileStorage storage = new FileStorage();
    private Path file;

    @BeforeEach
    void createFile() throws IOException {
        file = directory.resolve("mapped");
        try (StorageFile out = storage.create(file)) {
            out.write(ByteBuffer.allocate(LENGTH), 0);
        }
    }

    @Test
    void shouldBeSupportedByThisJdk() {
        assertThat(PageTable.isSupported()).isTrue();
    }

    @Test
    void shouldForgetWhereForcedPagesAreButForTheLastOne() throws IOException {
        try (MappedFile mapped = storage.map(file, LENGTH, false)) {
            fill(mapped.buffer(), LENGTH);
            assertThat(residentLength()).isEqualTo(LENGTH);

            mapped.force(0, LENGTH - 100);

            assertThat(residentLength()).isEqualTo(PAGE_LENGTH);
        }
    }

    @Test
    void shouldLeaveAShortForceAlone() throws IOException {
        try (MappedFile mapped = storage.map(file, LENGTH, false)) {
            fill(mapped.buffer(), LENGTH);

            mapped.force(0, 8 * PAGE_LENGTH);

            assertThat(residentLength()).isEqualTo(LENGTH);
        }
    }

    @Test
    void shouldLeaveWhatIsOutsideTheForceAlone() throws IOException {
        try (MappedFile mapped = storage.map(file, LENGTH, false)) {
            fill(mapped.buffer(), LENGTH);

            mapped.force(100, LENGTH / 2);

            assertThat(residentLength()).isEqualTo(LENGTH - LENGTH / 2 + PAGE_LENGTH);
        }
    }

    @Test
    void shouldKeepEveryByteInMemoryAndOnDisk() throws IOException {
        try (MappedFile mapped = storage.map(file, LENGTH, false)) {
            fill(mapped.buffer(), LENGTH);
            final byte[] expected = bytes(mapped.buffer());

            mapped.force(0, LENGTH);

            assertThat(bytes(mapped.buffer())).isEqualTo(expected);
            assertThat(Files.readAllBytes(file)).isEqualTo(expected);
        }
    }

    @Test
    void shouldLoseNoStoreThatIsMadeDuringAForce() throws Exception {
        try (MappedFile mapped = storage.map(file, LENGTH, false)) {
            final ByteBuffer buffer = mapped.buffer().duplicate().order(ByteOrder.nativeOrder());
            final long[] expected = new long[LENGTH / Long.BYTES];
            final AtomicBoolean isWriting = new AtomicBoolean(true);
            final Thread writer = new Thread(() -> {
                final Random random = new Random(7);
                for (int i = 0; i < WRITES; i++) {
                    final int index = random.nextInt(expected.length);
                    expected[index] = random.nextLong();
                    buffer.putLong(index * Long.BYTES, expected[index]);
                }
                isWriting.set(false);
            });

            writer.start();
            while (isWriting.get()) {
                mapped.force(0, LENGTH);
            }
            writer.join();

            for (int i = 0; i < expected.length; i++) {
                assertThat(buffer.getLong(i * Long.BYTES)).as("word %d", i).isEqualTo(expected[i]);
            }
            mapped.force(0, LENGTH);
            final ByteBuffer stored = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.nativeOrder());
            for (int i = 0; i < expected.length; i++) {
                assertThat(stored.getLong(i * Long.BYTES)).as("word %d", i).isEqualTo(expected[i]);
            }
        }
    }

    private static void fill(final ByteBuffer buffer, final int length) {
        final Random random = new Random(1);
        for (int i = 0; i < length; i += Long.BYTES) {
            buffer.putLong(i, random.nextLong());
        }
    }

    private static byte[] bytes(final ByteBuffer buffer) {
        final byte[] bytes = new byte[buffer.capacity()];
        buffer.duplicate().clear().get(bytes);
        return bytes;
    }

    /** Bytes of the mapping for which this process has an entry in its page table. */
    private long residentLength() throws IOException {
        boolean isHere = false;
        for (final String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (line.contains(" r") && line.contains("/")) {
                isHere = line.endsWith(file.toString());
            }
            if (isHere && line.startsWith("Rss:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        throw new AssertionError("not mapped: " + file);
    }
}
