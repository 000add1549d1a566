package io.millrace.torture.agent;

import io.millrace.log.storage.MappedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * A disk that fails once to force a mapped file, and behaves then as Linux does on ext4 and xfs: the error is reported once,
 * the pages count as written from then on, and a force that comes later succeeds without looking at them. A page that is
 * changed again is written again, whole.
 *
 * <p>As long as the machine runs, nobody can tell: the page cache has all bytes. {@link #cutPower} is the end of that, between
 * two processes: the pages that were lost are what they were before, and the machine has another boot id. All else that was
 * written is taken to have reached the disk, which a disk is free to do. So a store that stops at a failed force, and goes back to
 * what its manifest names, loses nothing that it has promised; one that tries again has holes in what it calls durable.
 *
 * <p>What is on disk is known from copies: all of a file when it is mapped, and each range when it is forced. Public because woven
 * code calls it.
 */
public final class LossyDisk {
    private static final int PAGE_LENGTH = LostPages.PAGE_LENGTH;
    // The last page of a log is changed again by the next record, and then it is not lost.
    private static final int MIN_PAGES = 2;
    private static final String BOOTS = "boots";
    private static final Map<Object, LossyDisk> MAPPINGS = new IdentityHashMap<>();

    // All guarded by the map.
    private static LostPages lost;
    private static int failedForce;
    private static int forces;
    private static int boots;

    private final Path path;
    private final byte[] onDisk;

    private LossyDisk(final Path path, final byte[] onDisk) {
        this.path = path;
        this.onDisk = onDisk;
    }

    /**
     * Takes the place of the disk in this process.
     *
     * @param directory that holds what is lost.
     * @param number    of the force that fails, counted over those with several pages to write; 0 for none.
     */
    static void install(final Path directory, final int number) throws IOException {
        synchronized (MAPPINGS) {
            Files.createDirectories(directory);
            lost = LostPages.load(directory);
            failedForce = number;
            boots = boots(directory);
        }
    }

    private static int boots(final Path directory) throws IOException {
        final Path file = directory.resolve(BOOTS);
        return Files.exists(file) ? Integer.parseInt(Files.readString(file).trim()) : 0;
    }

    /**
     * Does as if the machine had lost its power. While no process uses the store; the next one has to be given the same
     * directory, so that it sees another boot id.
     *
     * @param directory of the disk, as given to the agent.
     * @return whether pages were lost.
     * @throws IOException when the files cannot be written.
     */
    public static boolean cutPower(final Path directory) throws IOException {
        Files.createDirectories(directory);
        final LostPages pages = LostPages.load(directory);
        final boolean hasLost = !pages.isEmpty();
        pages.revert();
        pages.save();
        Files.writeString(directory.resolve(BOOTS), Integer.toString(boots(directory) + 1));
        return hasLost;
    }

    /**
     * Called when a file was mapped.
     *
     * @param file       that was.
     * @param isReadOnly true for one that is not written to.
     * @param mapping    of it.
     */
    public static void onMapped(final Path file, final boolean isReadOnly, final Object mapping) {
        if (isReadOnly) {
            return;
        }
        final ByteBuffer buffer = ((MappedFile) mapping).buffer().duplicate().clear();
        final byte[] bytes = new byte[buffer.capacity()];
        buffer.get(bytes);
        synchronized (MAPPINGS) {
            MAPPINGS.put(mapping, new LossyDisk(file, bytes));
        }
    }

    /**
     * Called before a mapping is given back.
     *
     * @param mapping that is.
     */
    public static void onClosed(final Object mapping) {
        synchronized (MAPPINGS) {
            MAPPINGS.remove(mapping);
        }
    }

    /**
     * Called when a file has got another name.
     *
     * @param from old name.
     * @param to   new name; what was there before is gone.
     * @throws IOException when it cannot be remembered.
     */
    public static void onRenamed(final Path from, final Path to) throws IOException {
        synchronized (MAPPINGS) {
            if (!lost.isEmpty()) {
                lost.forget(from);
                lost.forget(to);
                lost.save();
            }
        }
    }

    /**
     * Called before bytes of a mapping are forced.
     *
     * @param mapping that is forced.
     * @param buffer  of the mapping.
     * @param offset  of the first byte.
     * @param length  in bytes.
     * @throws IOException the one that this disk is for, or when it cannot be remembered.
     */
    public static void onForce(final Object mapping, final MappedByteBuffer buffer, final int offset, final int length)
            throws IOException {
        synchronized (MAPPINGS) {
            final LossyDisk disk = MAPPINGS.get(mapping);
            if (disk == null) {
                return;
            }
            final boolean counts = disk.dirtyPages(buffer, offset, length) >= MIN_PAGES;
            forces += counts ? 1 : 0;
            if (counts && forces == failedForce) {
                disk.lose(buffer, offset, length);
                lost.save();
                throw new IOException("Input/output error of a disk that fails its force number " + forces);
            }
            final boolean hadLost = !lost.isEmpty();
            disk.write(buffer, offset, length);
            if (hadLost) {
                lost.save();
            }
        }
    }

    private int dirtyPages(final ByteBuffer buffer, final int offset, final int length) {
        int count = 0;
        for (int page = offset / PAGE_LENGTH; page * PAGE_LENGTH < offset + length; page++) {
            count += Arrays.equals(page(buffer, page), onDisk(page)) ? 0 : 1;
        }
        return count;
    }

    private void lose(final ByteBuffer buffer, final int offset, final int length) {
        for (int page = offset / PAGE_LENGTH; page * PAGE_LENGTH < offset + length; page++) {
            final byte[] cached = page(buffer, page);
            if (!Arrays.equals(cached, onDisk(page))) {
                lost.add(path, page, onDisk(page), cached);
            }
        }
    }

    private void write(final ByteBuffer buffer, final int offset, final int length) {
        for (int page = offset / PAGE_LENGTH; page * PAGE_LENGTH < offset + length; page++) {
            final byte[] now = page(buffer, page);
            if (!lost.isLost(path, page, now)) {
                System.arraycopy(now, 0, onDisk, page * PAGE_LENGTH, PAGE_LENGTH);
            }
        }
    }

    // Appenders may write to it meanwhile; what is torn here has changed by the next time.
    private static byte[] page(final ByteBuffer buffer, final int page) {
        final byte[] bytes = new byte[PAGE_LENGTH];
        buffer.get(page * PAGE_LENGTH, bytes);
        return bytes;
    }

    private byte[] onDisk(final int page) {
        return Arrays.copyOfRange(onDisk, page * PAGE_LENGTH, (page + 1) * PAGE_LENGTH);
    }

    /**
     * Tells which run of the machine this is.
     *
     * @param real boot id of the machine.
     * @return the same, or one that differs with each loss of power.
     */
    public static byte[] bootId(final byte[] real) {
        synchronized (MAPPINGS) {
            final byte[] id = real.clone();
            final ByteBuffer buffer = ByteBuffer.wrap(id);
            buffer.putInt(0, buffer.getInt(0) ^ boots);
            return id;
        }
    }
}
