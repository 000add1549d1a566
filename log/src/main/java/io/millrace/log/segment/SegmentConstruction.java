package io.millrace.log.segment;

import io.millrace.log.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Makes one segment ready for appenders, in steps as short as the caller likes.
 *
 * <p>To write 64 MiB of zeros takes 20 ms where the system has pages at hand and 250 ms where it has not; to touch as many pages of a
 * mapping is a quarter of that. Whoever does all of it at once takes a core away from appenders and jobs for that long. So the work is cut:
 *
 * <ol>
 *   <li>a file that an earlier run has prepared is looked through, since it was never forced and may be anything; if it is sound, it
 *       is mapped at once;
 *   <li>the file is created under a temporary name and filled with zeros, and with a header;
 *   <li>it gets its name, and the directory is forced;
 *   <li>it is mapped, its pages are touched and the run of the machine is written into it.
 * </ol>
 *
 * <p><b>Blocks.</b> The zeros are written in blocks, since Linux keeps a write as one block of its page cache where it can, and whatever is
 * changed in a block is written back as all of it. See decision 0037 for when which length pays.
 *
 * <p><b>A crash</b> before the third step leaves a temporary file, which {@link SegmentFiles#deleteTemporary()} removes; after it an empty
 * segment, which is a valid one. <b>A step that fails</b> leaves nothing behind, as far as the storage lets it, but a file that has its
 * name: that is looked through by the next attempt. The object is of no use then, but to be closed.
 *
 * <p>One thread at a time; any thread may ask for {@link #doneLength()}.
 */
public final class SegmentConstruction implements AutoCloseable {
    /** To touch so many bytes costs about as much as to write one. */
    private static final int TOUCHED_PER_WRITTEN = 4;

    /**
     * Bytes of a block for a segment that is filled slowly or forced often. Each first touch of a page walks over its whole block: with
     * 256 KiB the touching took 0.5 s for 1 GiB at times.
     */
    public static final int BLOCK_LENGTH = 64 * 1024;

    /**
     * Bytes of a block for a segment that is filled fast: as much as one entry of the page table can map, so that a block is touched by one
     * fault and written back with one interruption of each core, where small blocks take one for each page.
     */
    public static final int LARGE_BLOCK_LENGTH = 2 * 1024 * 1024;

    private final SegmentFiles files;
    private final long base;
    private final int segmentLength;
    private int blockLength;

    private Phase phase = Phase.LOOK;

    /** Bytes of the file that are looked through, written or touched, as the phase says. */
    private int offset;

    private StorageFile file;
    private Segment segment;
    private volatile int doneLength;

    private enum Phase {
        LOOK,
        SCAN,
        FILL,
        NAME,
        MAP,
        TOUCH,
        READY,
        CLOSED
    }

    SegmentConstruction(final SegmentFiles files, final long base) {
        this.files = files;
        this.base = base;
        this.segmentLength = files.segmentLength();
        this.blockLength = BLOCK_LENGTH;
    }

    /**
     * Names the file.
     *
     * @return what it is called once it is complete.
     */
    public Path file() {
        return files.path(base);
    }

    /**
     * Tells how much there is to do.
     *
     * @return in bytes written; touching counts for a quarter.
     */
    public int totalLength() {
        return segmentLength + segmentLength / TOUCHED_PER_WRITTEN;
    }

    /**
     * Sets how much is written at once from now on. By the thread that goes on with it.
     *
     * @param newBlockLength {@link #BLOCK_LENGTH} or {@link #LARGE_BLOCK_LENGTH} bytes. A step that writes does one block at least, a small one up to
     *                       where a large one may begin.
     */
    public void blockLength(final int newBlockLength) {
        blockLength = Math.min(newBlockLength, segmentLength);
    }

    /**
     * Tells how much of it is done.
     *
     * @return from 0 to {@link #totalLength()}; it goes back when a file that was looked through is not to be used.
     */
    public int doneLength() {
        return doneLength;
    }

    /**
     * Tells whether there is a segment to be taken.
     *
     * @return true when there is nothing more to do.
     */
    public boolean isReady() {
        return phase == Phase.READY;
    }

    /**
     * Tells whether the next step is one that waits for the disk, however little there is to do: that of a name. It may be done by
     * another thread, which the caller of the other steps waits for.
     *
     * @return true when the processor has next to nothing to do in it.
     */
    public boolean isWaitingForDisk() {
        return phase == Phase.NAME;
    }

    /**
     * Goes on.
     *
     * @param length how much to do, in bytes written, a multiple of 8 and more than 0; what takes one call to the system is done in one,
     *               and what is written is rounded up to whole blocks.
     * @throws IOException                                   when the storage refuses, {@link io.millrace.log.storage.NoSpaceException} on
     *                                                       a full disk.
     * @throws io.millrace.log.error.MillraceException       STORAGE_FAILED when the file cannot be read.
     * @throws IllegalStateException                         when there is nothing to do any more.
     */
    public void step(final int length) throws IOException {
        boolean isDone = false;
        try {
            work(length);
            isDone = true;
        } finally {
            if (!isDone) {
                close();
            }
        }
    }

    private void work(final int length) throws IOException {
        switch (phase) {
            case LOOK -> look();
            case SCAN -> scan(length);
            case FILL -> fill(length);
            case NAME -> name();
            case MAP -> map();
            case TOUCH -> touch(length);
            case READY, CLOSED -> throw new IllegalStateException("nothing is left to be done: " + this);
        }
    }

    private void look() throws IOException {
        segment = files.exists(base) ? files.openWithoutIndex(base) : null;
        if (segment == null) {
            create();
        } else {
            begin(Phase.SCAN, SegmentDescriptor.HEADER_LENGTH);
        }
    }

    private void scan(final int length) throws IOException {
        final int end = Math.min(segmentLength, offset + length);
        if (!SegmentRecovery.isEmpty(segment, offset, end)) {
            release();
            create();
        } else if (end == segmentLength) {
            release();
            begin(Phase.MAP, segmentLength);
        } else {
            begin(Phase.SCAN, end);
        }
    }

    /** Writes the file and gives it its name, whatever is there, in one go. */
    void write() throws IOException {
        create();
        while (phase == Phase.FILL) {
            fill(Integer.MAX_VALUE);
        }
        name();
    }

    private void create() throws IOException {
        // First, since a file may be left also when it could not be opened.
        begin(Phase.FILL, 0);
        file = files.createReplacement(base);
        fill(blockLength);
    }

    private void fill(final int length) throws IOException {
        final long end = Math.min(segmentLength, (long) offset + length);
        int at = offset;
        do {
            final int block = blockAt(at);
            file.write(SegmentFiles.zeros(block), at);
            at += block;
        } while (at < end && at + blockAt(at) <= end);
        if (offset == 0) {
            writeHeader();
        }
        onFilled(at);
    }

    /** A large block that does not begin where one entry of the page table does would be of no use. */
    private int blockAt(final int at) {
        return (at & blockLength - 1) == 0 ? blockLength : BLOCK_LENGTH;
    }

    /** Over zeros, since a shorter first write would make a block of its own and leave the others crooked. */
    private void writeHeader() throws IOException {
        final ByteBuffer header = ByteBuffer.allocateDirect(SegmentDescriptor.HEADER_LENGTH);
        SegmentDescriptor.encode(header, segmentLength, base, files.owner());
        file.write(header, 0);
    }

    private void onFilled(final int end) throws IOException {
        begin(Phase.FILL, end);
        if (end == segmentLength) {
            final StorageFile filled = file;
            file = null;
            filled.close();
            begin(Phase.NAME, end);
        }
    }

    private void name() throws IOException {
        files.publish(base);
        begin(Phase.MAP, segmentLength);
    }

    private void map() throws IOException {
        segment = files.open(base, false);
        begin(Phase.TOUCH, SegmentDescriptor.HEADER_LENGTH);
    }

    private void touch(final int length) throws IOException {
        final int end = (int) Math.min(segmentLength, offset + (long) length * TOUCHED_PER_WRITTEN);
        segment.touchPages(offset, end);
        if (end == segmentLength) {
            files.stamp(segment);
            begin(Phase.READY, end);
        } else {
            begin(Phase.TOUCH, end);
        }
    }

    private void begin(final Phase newPhase, final int newOffset) {
        phase = newPhase;
        offset = newOffset;
        doneLength = phase.compareTo(Phase.MAP) > 0 ? segmentLength + offset / TOUCHED_PER_WRITTEN : offset;
    }

    /**
     * Gives the segment away; the rest of this object is of no use then.
     *
     * @return the segment, with one reference held by the caller.
     * @throws IllegalStateException when it is not ready.
     */
    public Segment take() {
        if (phase != Phase.READY) {
            throw new IllegalStateException("the segment is not ready: " + this);
        }
        final Segment taken = segment;
        segment = null;
        phase = Phase.CLOSED;
        return taken;
    }

    private void release() {
        if (segment != null) {
            segment.release();
            segment = null;
        }
    }

    /** Takes back what was done, unless the file has its name already; a second call does nothing. */
    @Override
    public void close() {
        final Phase last = phase;
        phase = Phase.CLOSED;
        release();
        if (last == Phase.FILL || last == Phase.NAME) {
            files.abandon(base, file);
            file = null;
        }
    }

    @Override
    public String toString() {
        return "SegmentConstruction{file=" + files.path(base) + ", phase=" + phase + ", offset=" + offset + '}';
    }
}
