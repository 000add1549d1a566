package io.millrace.log.segment;

import io.millrace.log.storage.AtomicFiles;
import io.millrace.log.storage.Storage;
import io.millrace.log.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * The snapshots of the producers of one partition: files beside its segments, each named by its position. Recovery starts
 * its walk at the newest one, and the place of an old sequence is looked for between two of them.
 *
 * <p>A snapshot is written under a temporary name and renamed, so a kill leaves it whole or not at all. It is <em>not</em>
 * forced then: a loss of power may leave it torn or take it away, its checksum shows that, and whoever looks takes the one
 * before and walks further. That costs time and loses nothing as long as the records behind the one before are there, so
 * {@link #force(long)} comes before their removal.
 */
public final class ProducerSnapshots {
    private static final String SUFFIX = ".producers";
    private static final int NAME_DIGITS = 20;

    private final Storage storage;
    private final Path directory;
    private final PartitionId owner;

    /**
     * Describes the snapshots of a partition.
     *
     * @param storage   to work on.
     * @param directory of the partition.
     * @param owner     written into each.
     */
    public ProducerSnapshots(final Storage storage, final Path directory, final PartitionId owner) {
        this.storage = storage;
        this.directory = directory;
        this.owner = owner;
    }

    /**
     * Lists the snapshots that exist, be they damaged or not.
     *
     * @return positions, ascending.
     * @throws IOException when the directory cannot be read.
     */
    public List<Long> list() throws IOException {
        final List<Long> positions = new ArrayList<>();
        for (final String name : storage.list(directory)) {
            if (name.length() == NAME_DIGITS + SUFFIX.length() && name.endsWith(SUFFIX)) {
                try {
                    positions.add(Long.parseLong(name.substring(0, NAME_DIGITS)));
                } catch (final NumberFormatException ignored) {
                    // Not one of ours.
                }
            }
        }
        return positions;
    }

    /**
     * Writes a snapshot, so that it survives the end of the process, not yet a loss of power.
     *
     * @param table    as of the position.
     * @param position behind the last record that the table has seen.
     * @param clock    of the partition there.
     * @throws IOException when a step fails; there is no snapshot at the position then, or the one that was there.
     */
    public void write(final ProducerTable table, final long position, final long clock) throws IOException {
        final Path file = path(position);
        final Path temporary = AtomicFiles.temporary(file);
        try {
            try (StorageFile out = storage.create(temporary)) {
                out.write(ByteBuffer.wrap(ProducerSnapshot.encode(table, position, clock, owner)), 0);
            }
            storage.rename(temporary, file);
        } catch (final IOException ex) {
            try {
                storage.delete(temporary);
            } catch (final IOException second) {
                ex.addSuppressed(second);
            }
            throw ex;
        }
    }

    /**
     * Reads a snapshot.
     *
     * @param position of the snapshot.
     * @param snapshot becomes what it holds.
     * @return false when there is none, or it is damaged.
     * @throws IOException when it cannot be read.
     */
    public boolean load(final long position, final ProducerSnapshot snapshot) throws IOException {
        try {
            return snapshot.decode(storage.read(path(position)), position, owner);
        } catch (final NoSuchFileException ex) {
            snapshot.clear();
            return false;
        }
    }

    /**
     * Reads the newest snapshot that is whole, as of a position or before it.
     *
     * @param snapshot    becomes what it holds, or that of a partition that holds nothing when there is none.
     * @param endPosition the newest position that may be used.
     * @return false when there is none.
     * @throws IOException when one cannot be read.
     */
    public boolean loadNewest(final ProducerSnapshot snapshot, final long endPosition) throws IOException {
        final List<Long> positions = list();
        Collections.reverse(positions);
        for (final long position : positions) {
            if (position <= endPosition && load(position, snapshot)) {
                return true;
            }
        }
        snapshot.clear();
        return false;
    }

    /**
     * Makes a snapshot survive a loss of power, after a check that it is whole.
     *
     * @param position of the snapshot.
     * @return false when there is none, or it is damaged.
     * @throws IOException when the device refuses.
     */
    public boolean force(final long position) throws IOException {
        if (!load(position, new ProducerSnapshot())) {
            return false;
        }
        // Written again, since what a device did not take at first may be lost without a word.
        AtomicFiles.write(storage, path(position), storage.read(path(position)));
        return true;
    }

    /**
     * Deletes the snapshots between two positions.
     *
     * @param from first position to delete.
     * @param to   first position to keep.
     * @throws IOException when one cannot be deleted.
     */
    public void delete(final long from, final long to) throws IOException {
        for (final long position : list()) {
            if (position >= from && position < to) {
                storage.delete(path(position));
            }
        }
    }

    /**
     * Names the file of a snapshot.
     *
     * @param position of the snapshot.
     * @return its path.
     */
    public Path path(final long position) {
        return directory.resolve(String.format(Locale.ROOT, "%0" + NAME_DIGITS + "d%s", position, SUFFIX));
    }

    @Override
    public String toString() {
        return "ProducerSnapshots{" + owner + '}';
    }
}
