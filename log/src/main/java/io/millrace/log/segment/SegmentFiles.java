package io.millrace.log.segment;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.storage.AtomicFiles;
import io.millrace.log.storage.MappedFile;
import io.millrace.log.storage.Storage;
import io.millrace.log.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The segment files of one partition: their names, how one is prepared, how one is opened.
 *
 * <p>A file is written in full by system calls under a temporary name, zeros and a header, so that its blocks
 * exist before it is mapped: a full disk shows here, as an error, and never as a fault in the middle of an append. Then
 * it is renamed and the directory forced; see {@link SegmentConstruction}.
 */
public final class SegmentFiles {
    private static final String SUFFIX = ".seg";
    private static final String REMOVED = ".removed";
    private static final int NAME_DIGITS = 20;
    private static final int BOOT_ID_LENGTH = 16;
    private static final long NO_HOLE = -1;

    /** 256 KiB of zeros stay in a core's own cache. Over old blocks: 17 GB/s, with 4 MiB 12. */
    private static final int FILL_LENGTH = 256 * 1024;

    private static final ByteBuffer ZEROS =
            ByteBuffer.allocateDirect(SegmentConstruction.LARGE_BLOCK_LENGTH).asReadOnlyBuffer();

    private final Storage storage;
    private final Path directory;
    private final PartitionId owner;
    private final int segmentLength;
    private final byte[] bootId;

    /**
     * Describes the files of a partition, in a run of the machine that is not told.
     *
     * @param storage       to work on.
     * @param directory     of the partition.
     * @param owner         written into each header.
     * @param segmentLength of all its segments.
     */
    public SegmentFiles(final Storage storage, final Path directory, final PartitionId owner, final int segmentLength) {
        this(storage, directory, owner, segmentLength, new byte[BOOT_ID_LENGTH]);
    }

    /**
     * Describes the files of a partition.
     *
     * @param storage       to work on.
     * @param directory     of the partition.
     * @param owner         written into each header.
     * @param segmentLength of all its segments.
     * @param bootId        of this run of the machine, see {@link Storage#bootId()}; not copied.
     */
    public SegmentFiles(
            final Storage storage,
            final Path directory,
            final PartitionId owner,
            final int segmentLength,
            final byte[] bootId) {
        this.bootId = bootId;
        this.storage = storage;
        this.directory = directory;
        this.owner = owner;
        this.segmentLength = SegmentDescriptor.checkLength(segmentLength);
    }

    /**
     * Tells whose files these are.
     *
     * @return the partition.
     */
    public PartitionId owner() {
        return owner;
    }

    /**
     * Tells the length of each segment.
     *
     * @return bytes, a power of two.
     */
    public int segmentLength() {
        return segmentLength;
    }

    /**
     * The snapshots of the producers, beside the segments.
     *
     * @return those of the same partition.
     */
    public ProducerSnapshots producerSnapshots() {
        return new ProducerSnapshots(storage, directory, owner);
    }

    /**
     * Lists the segments that exist.
     *
     * @return base positions, ascending.
     * @throws MillraceException CORRUPT when a segment between two others is missing.
     */
    public List<Long> list() {
        List<Long> bases = bases();
        List<Long> before = null;
        // Names that come and go while the directory is read may look like a hole. A real one is still there,
        // unchanged.
        while (hole(bases) != NO_HOLE && !bases.equals(before)) {
            before = bases;
            bases = bases();
        }
        if (hole(bases) != NO_HOLE) {
            throw new MillraceException(
                    ErrorCode.CORRUPT,
                    "a segment is missing: " + owner + " file=" + path(hole(bases)) + "; restore the file from a copy");
        }
        return bases;
    }

    private long hole(final List<Long> bases) {
        for (int i = 1; i < bases.size(); i++) {
            if (bases.get(i) != bases.get(i - 1) + segmentLength) {
                return bases.get(i - 1) + segmentLength;
            }
        }
        return NO_HOLE;
    }

    /**
     * Lists the segments that exist, whether one between two others is missing or not.
     *
     * @return base positions, ascending.
     * @throws MillraceException STORAGE_FAILED when the directory cannot be read.
     */
    public List<Long> bases() {
        final List<Long> bases = new ArrayList<>();
        try {
            for (final String name : storage.list(directory)) {
                if (name.length() == NAME_DIGITS + SUFFIX.length() && name.endsWith(SUFFIX)) {
                    bases.add(Long.parseLong(name.substring(0, NAME_DIGITS)));
                }
            }
        } catch (final NoSuchFileException ex) {
            return bases;
        } catch (final IOException ex) {
            throw failed("cannot list segments", directory, ex);
        }
        return bases;
    }

    /**
     * Removes the first segment: after a crash it is there or not, and all behind it is. Mappings of it stay valid.
     *
     * @param base position of the segment.
     * @throws IOException when a step fails.
     */
    public void remove(final long base) throws IOException {
        // Not the name that a replacement has while it is written: that would be written over these bytes.
        final Path removed = AtomicFiles.temporary(directory.resolve(path(base).getFileName() + REMOVED));
        storage.rename(path(base), removed);
        storage.forceDirectory(directory);
        storage.delete(removed);
    }

    /**
     * Writes a segment that holds no record yet, in place of one that may be there.
     *
     * @param base position of the segment.
     * @throws IOException when a step fails, {@link io.millrace.log.storage.NoSpaceException} on a full disk; nothing is
     *                     left behind then, as far as the storage lets it.
     */
    public void prepare(final long base) throws IOException {
        try (SegmentConstruction construction = construct(base)) {
            construction.write();
        }
    }

    /**
     * Begins to make a segment that appenders can enter, in steps. Nothing is done before the first of them.
     *
     * @param base position of the segment.
     * @return what makes it, to be closed.
     */
    public SegmentConstruction construct(final long base) {
        return new SegmentConstruction(this, base);
    }

    /** Zeros to be written, a large block at most, in a buffer of the caller's own over memory that all share. */
    static ByteBuffer zeros(final int length) {
        return ZEROS.slice(0, length);
    }

    /** Gives a segment that was written in full its name. */
    void publish(final long base) throws IOException {
        storage.rename(AtomicFiles.temporary(path(base)), path(base));
        try {
            storage.forceDirectory(directory);
        } catch (final IOException ex) {
            // A segment whose name may not survive must not be found by the next attempt.
            deleteQuietly(path(base), ex);
            throw ex;
        }
    }

    /** Removes the file of a segment that was not written in full. When the storage does not let it, the next attempt writes over it. */
    void abandon(final long base, final StorageFile file) {
        final IOException ignored = new IOException();
        if (file != null) {
            try {
                file.close();
            } catch (final IOException ex) {
                ignored.addSuppressed(ex);
            }
        }
        deleteQuietly(AtomicFiles.temporary(path(base)), ignored);
    }

    /**
     * Writes all bytes of a segment into a new file, forces it, and puts it in the place of the old one. For when the system
     * may believe that the old one is on disk, and it is not.
     *
     * @param base position of the segment, which nobody has mapped.
     * @throws IOException when a step fails; the old file is there still.
     */
    public void rewrite(final long base) throws IOException {
        final Path file = path(base);
        final int length = (int) storage.length(file);
        try (MappedFile old = storage.map(file, length, true);
                StorageFile copy = createReplacement(base)) {
            for (int at = 0; at < length; at += FILL_LENGTH) {
                copy.write(old.buffer().slice(at, Math.min(FILL_LENGTH, length - at)), at);
            }
            copy.force();
        }
        replace(base);
    }

    /** Begins the file that is to take the place of a segment; under a temporary name until {@link #replace(long)}. */
    StorageFile createReplacement(final long base) throws IOException {
        return storage.create(AtomicFiles.temporary(path(base)));
    }

    /**
     * Puts a replacement, complete and forced, in the place of its segment. Mappings of the old file stay as they are.
     *
     * @param base position of the segment.
     * @throws IOException when the directory cannot be changed or forced.
     */
    public void replace(final long base) throws IOException {
        storage.rename(AtomicFiles.temporary(path(base)), path(base));
        storage.forceDirectory(directory);
    }

    /**
     * Removes a replacement that is not to be used.
     *
     * @param base position of the segment.
     * @throws IOException when it cannot be removed.
     */
    public void dropReplacement(final long base) throws IOException {
        storage.delete(AtomicFiles.temporary(path(base)));
    }

    private void deleteQuietly(final Path file, final IOException cause) {
        try {
            storage.delete(file);
        } catch (final IOException ex) {
            cause.addSuppressed(ex);
        }
    }

    /**
     * Tells whether a segment of whatever owner holds nothing behind its header.
     *
     * @param base position of the segment.
     * @return true when only zeros follow.
     * @throws IOException when it cannot be read.
     */
    public boolean isBlank(final long base) throws IOException {
        final Path file = path(base);
        final int length = (int) storage.length(file);
        if (length <= SegmentDescriptor.HEADER_LENGTH) {
            return true;
        }
        try (MappedFile mapped = storage.map(file, length, true)) {
            final ByteBuffer buffer = mapped.buffer();
            int offset = SegmentDescriptor.HEADER_LENGTH;
            while (offset < length && buffer.get(offset) == 0) {
                offset++;
            }
            return offset == length;
        }
    }

    /**
     * Deletes all segments and the directory.
     *
     * @throws IOException when something cannot be deleted.
     */
    public void deleteAll() throws IOException {
        for (final String name : storage.list(directory)) {
            storage.delete(directory.resolve(name));
        }
        storage.delete(directory);
    }

    /**
     * Removes what preparations left behind that a crash cut short. For the owner of the directory only.
     *
     * @throws IOException when the directory cannot be changed.
     */
    public void deleteTemporary() throws IOException {
        for (final String name : storage.list(directory)) {
            if (AtomicFiles.isTemporary(name)) {
                storage.delete(directory.resolve(name));
            }
        }
    }

    /**
     * Tells whether a segment exists.
     *
     * @param base position of the segment.
     * @return true when its file is there, complete.
     */
    public boolean exists(final long base) {
        return storage.exists(path(base));
    }

    /**
     * Writes zeros behind the end of a file that a loss of power left short, and forces them.
     *
     * @param base position of the segment.
     * @return bytes that were missing.
     * @throws IOException when a step fails.
     */
    public int extend(final long base) throws IOException {
        final long length = storage.length(path(base));
        if (length >= segmentLength) {
            return 0;
        }
        writeZeros(base, (int) length, segmentLength);
        return segmentLength - (int) length;
    }

    /**
     * Writes zeros from an offset to the end of a segment and over its time index, by system calls, and forces them.
     *
     * @param base position of the segment.
     * @param from offset of the first byte.
     * @throws IOException when a step fails.
     */
    public void clearFrom(final long base, final int from) throws IOException {
        writeZeros(base, SegmentIndex.START, SegmentDescriptor.HEADER_LENGTH);
        writeZeros(base, from, segmentLength);
    }

    private void writeZeros(final long base, final int from, final int to) throws IOException {
        final ByteBuffer zeros = zeros(FILL_LENGTH);
        try (StorageFile out = storage.open(path(base))) {
            for (int at = from; at < to; at += zeros.capacity()) {
                zeros.clear().limit(Math.min(zeros.capacity(), to - at));
                out.write(zeros, at);
            }
            out.force();
        }
    }

    /**
     * Deletes a segment. The name is gone for good once {@link #forceNames()} has returned.
     *
     * @param base position of the segment.
     * @throws IOException when it cannot be deleted.
     */
    public void delete(final long base) throws IOException {
        storage.delete(path(base));
    }

    /**
     * Makes the names of all files as they are now survive a loss of power.
     *
     * @throws IOException when the device refuses.
     */
    public void forceNames() throws IOException {
        storage.forceDirectory(directory);
    }

    /**
     * Tells whether a file is what {@link #prepare(long)} makes. One that was prepared in an earlier run may be something
     * else, since nobody forced it.
     *
     * @param base position of the segment.
     * @return true when it has its length and its header, and nothing but zeros behind that.
     * @throws IOException when it cannot be read.
     */
    public boolean isPrepared(final long base) throws IOException {
        final Segment segment = openWithoutIndex(base);
        if (segment == null) {
            return false;
        }
        try {
            return SegmentRecovery.isEmpty(segment);
        } finally {
            segment.release();
        }
    }

    /** Maps a segment for reading if it may be one that holds nothing: null when its length or header is wrong, or it is full. */
    Segment openWithoutIndex(final long base) throws IOException {
        if (storage.length(path(base)) != segmentLength) {
            return null;
        }
        final Segment segment;
        try {
            segment = open(base, true);
        } catch (final MillraceException ex) {
            if (ex.code() == ErrorCode.CORRUPT) {
                return null;
            }
            throw ex;
        }
        if (SegmentIndex.isPresent(segment)) {
            segment.release();
            return null;
        }
        return segment;
    }

    /**
     * Maps a segment and checks its header.
     *
     * @param base     position of the segment.
     * @param readOnly true for a mapping that cannot be written to.
     * @return the segment, with one reference held by the caller.
     * @throws MillraceException CORRUPT, UNSUPPORTED_VERSION or STORAGE_FAILED.
     */
    public Segment open(final long base, final boolean readOnly) {
        try {
            return map(base, readOnly);
        } catch (final IOException ex) {
            throw failed("cannot open segment", path(base), ex);
        }
    }

    /**
     * Maps a segment and checks its header, if it exists.
     *
     * @param base     position of the segment.
     * @param readOnly true for a mapping that cannot be written to.
     * @return the segment, with one reference held by the caller; null when there is none, or no longer.
     * @throws MillraceException CORRUPT, UNSUPPORTED_VERSION or STORAGE_FAILED.
     */
    public Segment openIfPresent(final long base, final boolean readOnly) {
        try {
            return exists(base) ? map(base, readOnly) : null;
        } catch (final NoSuchFileException ex) {
            return null;
        } catch (final IOException ex) {
            throw failed("cannot open segment", path(base), ex);
        }
    }

    private Segment map(final long base, final boolean readOnly) throws IOException {
        final Path file = path(base);
        final long length = storage.length(file);
        if (length != segmentLength) {
            throw new MillraceException(
                    ErrorCode.CORRUPT,
                    "segment file has the wrong length: file=" + file + " expected=" + segmentLength + " actual="
                            + length + "; restore the file from a copy");
        }
        final Segment segment = new Segment(base, segmentLength, storage.map(file, segmentLength, readOnly));
        try {
            SegmentDescriptor.check(file, segment.buffer(), segmentLength, base, owner);
        } catch (final MillraceException ex) {
            segment.release();
            throw ex;
        }
        return segment;
    }

    /**
     * Maps a segment that was just prepared, and touches its pages.
     *
     * @param base position of the segment.
     * @return the segment, with one reference held by the caller.
     * @throws MillraceException CORRUPT, UNSUPPORTED_VERSION or STORAGE_FAILED.
     */
    public Segment openPrepared(final long base) {
        final Segment segment = open(base, false);
        segment.touchPages(SegmentDescriptor.HEADER_LENGTH, segmentLength);
        stamp(segment);
        return segment;
    }

    /**
     * Writes the run of the machine into a segment that appenders are about to enter.
     *
     * @param segment mapped for writing.
     */
    public void stamp(final Segment segment) {
        segment.buffer().putBytes(SegmentDescriptor.BOOT_ID_OFFSET, bootId);
    }

    /**
     * Tells whether appenders may have been in a segment in this run of the machine. If not, nothing is in the page cache that
     * was not read from the disk.
     *
     * @param base position of the segment.
     * @return false when it is not there, not a segment, or of another run.
     * @throws IOException when it cannot be read.
     */
    public boolean isStamped(final long base) throws IOException {
        final Path file = path(base);
        if (!storage.exists(file) || storage.length(file) < SegmentDescriptor.HEADER_LENGTH) {
            return false;
        }
        final byte[] stamp = new byte[BOOT_ID_LENGTH];
        try (MappedFile mapped = storage.map(file, SegmentDescriptor.HEADER_LENGTH, true)) {
            new UnsafeBuffer(mapped.buffer()).getBytes(SegmentDescriptor.BOOT_ID_OFFSET, stamp);
        }
        return Arrays.equals(stamp, bootId) && !Arrays.equals(stamp, new byte[BOOT_ID_LENGTH]);
    }

    /**
     * Names the file of a segment.
     *
     * @param base position of the segment.
     * @return its path.
     */
    public Path path(final long base) {
        return directory.resolve(String.format(Locale.ROOT, "%0" + NAME_DIGITS + "d%s", base, SUFFIX));
    }

    private static MillraceException failed(final String what, final Path path, final IOException ex) {
        return new MillraceException(
                ErrorCode.STORAGE_FAILED, what + ": path=" + path + " cause=" + ex + "; check the disk", ex);
    }
}
