package io.millrace.log.segment;

import io.millrace.log.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes a file from front to back and leaves out the pages that nothing was put into, so that file systems which know
 * holes give them no block. One thread.
 */
final class SparseWriter {
    private static final int PAGE_LENGTH = 4096;

    /** As many pages as a long has bits. */
    private static final int BLOCK_LENGTH = Long.SIZE * PAGE_LENGTH;

    private final StorageFile file;
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(BLOCK_LENGTH);
    private final UnsafeBuffer block = new UnsafeBuffer(bytes);

    private long blockStart;
    private long touchedPages;

    /**
     * Creates a writer.
     *
     * @param file that is empty.
     */
    SparseWriter(final StorageFile file) {
        this.file = file;
    }

    /**
     * Puts bytes.
     *
     * @param offset       in the file; never less than in an earlier call.
     * @param source       of the bytes.
     * @param sourceOffset of the first one.
     * @param length       number of bytes.
     * @throws IOException when they cannot be written.
     */
    void put(final long offset, final DirectBuffer source, final int sourceOffset, final int length)
            throws IOException {
        int done = 0;
        while (done < length) {
            final long at = offset + done;
            enter(at & -BLOCK_LENGTH);
            final int inBlock = (int) (at - blockStart);
            final int count = Math.min(length - done, BLOCK_LENGTH - inBlock);
            block.putBytes(inBlock, source, sourceOffset + done, count);
            final int firstPage = inBlock / PAGE_LENGTH;
            final int lastPage = (inBlock + count - 1) / PAGE_LENGTH;
            touchedPages |= -1L >>> (Long.SIZE - 1 - (lastPage - firstPage)) << firstPage;
            done += count;
        }
    }

    private void enter(final long start) throws IOException {
        if (start != blockStart) {
            flush();
            blockStart = start;
        }
    }

    /**
     * Writes what was put and not written yet.
     *
     * @throws IOException when it cannot be written.
     */
    void flush() throws IOException {
        while (touchedPages != 0) {
            final int first = Long.numberOfTrailingZeros(touchedPages);
            final int count = Long.numberOfTrailingZeros(~(touchedPages >>> first));
            bytes.limit((first + count) * PAGE_LENGTH).position(first * PAGE_LENGTH);
            file.write(bytes, blockStart + (long) first * PAGE_LENGTH);
            touchedPages &= ~(-1L >>> (Long.SIZE - count) << first);
        }
        block.setMemory(0, BLOCK_LENGTH, (byte) 0);
    }
}
