package io.millrace.torture.agent;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Pages of files that the page cache holds and the disk does not, although the system takes them for written. Kept in a file,
 * since the process whose pages they are is killed.
 *
 * <pre>
 *   int32 number of pages, for each:
 *     UTF path of the file | int32 number of the page | its bytes on disk | its bytes in the cache when they were lost
 * </pre>
 */
final class LostPages {
    static final int PAGE_LENGTH = 4096;

    private static final String NAME = "lost.pages";

    private final Path file;
    private final Map<Path, Map<Integer, LostPage>> pages = new TreeMap<>();

    private LostPages(final Path file) {
        this.file = file;
    }

    /** Reads what is lost by now; nothing when there is no file. */
    static LostPages load(final Path directory) throws IOException {
        final LostPages lost = new LostPages(directory.resolve(NAME));
        if (Files.exists(lost.file)) {
            lost.read(new DataInputStream(new ByteArrayInputStream(Files.readAllBytes(lost.file))));
        }
        return lost;
    }

    private void read(final DataInputStream in) throws IOException {
        final int count = in.readInt();
        for (int i = 0; i < count; i++) {
            final Path path = Path.of(in.readUTF());
            add(path, in.readInt(), in.readNBytes(PAGE_LENGTH), in.readNBytes(PAGE_LENGTH));
        }
    }

    /** Loses a page. */
    void add(final Path path, final int page, final byte[] onDisk, final byte[] cached) {
        pages.computeIfAbsent(path.toAbsolutePath(), ignored -> new TreeMap<>())
                .put(page, new LostPage(onDisk, cached));
    }

    /**
     * Asks the disk for a page once more: one that was changed since is written after all, others are not looked at.
     *
     * @return true when it is still lost.
     */
    boolean isLost(final Path path, final int page, final byte[] now) {
        final Map<Integer, LostPage> ofFile = pages.get(path.toAbsolutePath());
        final LostPage lost = ofFile == null ? null : ofFile.get(page);
        if (lost == null) {
            return false;
        }
        if (Arrays.equals(lost.cached, now)) {
            return true;
        }
        ofFile.remove(page);
        return false;
    }

    /** Forgets the pages of a file that is another one now. */
    void forget(final Path path) {
        pages.remove(path.toAbsolutePath());
    }

    boolean isEmpty() {
        return pages.isEmpty();
    }

    /** Takes what the cache held away: the files are then what they are on disk. */
    void revert() throws IOException {
        for (final Map.Entry<Path, Map<Integer, LostPage>> ofFile : pages.entrySet()) {
            if (Files.exists(ofFile.getKey())) {
                revert(ofFile.getKey(), ofFile.getValue());
            }
        }
        pages.clear();
    }

    private static void revert(final Path path, final Map<Integer, LostPage> lost) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            for (final Map.Entry<Integer, LostPage> page : lost.entrySet()) {
                channel.write(ByteBuffer.wrap(page.getValue().onDisk), (long) page.getKey() * PAGE_LENGTH);
            }
        }
    }

    /** Keeps what is lost for those that come after this process. */
    void save() throws IOException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(pages.values().stream().mapToInt(Map::size).sum());
        for (final Map.Entry<Path, Map<Integer, LostPage>> ofFile : pages.entrySet()) {
            for (final Map.Entry<Integer, LostPage> page : ofFile.getValue().entrySet()) {
                out.writeUTF(ofFile.getKey().toString());
                out.writeInt(page.getKey());
                out.write(page.getValue().onDisk);
                out.write(page.getValue().cached);
            }
        }
        final Path temporary = file.resolveSibling(NAME + ".tmp");
        Files.write(temporary, bytes.toByteArray());
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private record LostPage(byte[] onDisk, byte[] cached) {}
}
