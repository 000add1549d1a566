package io.millrace.stress;

import io.millrace.log.segment.PartitionId;
import io.millrace.log.segment.Segment;
import io.millrace.log.segment.SegmentDescriptor;
import io.millrace.log.segment.SegmentFiles;
import io.millrace.log.storage.FileStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Lends mapped segments to states: one state at a time has a segment, from its constructor to its arbiter. */
final class SegmentPool {
    static final int LENGTH = SegmentDescriptor.MIN_LENGTH;

    private static final Queue<Loan> FREE = new ConcurrentLinkedQueue<>();

    private SegmentPool() {}

    static Loan take() {
        final Loan loan = FREE.poll();
        return loan == null ? new Loan() : loan;
    }

    /** A segment, the only one of its partition. */
    static final class Loan {
        final SegmentFiles files;
        final Segment segment;

        Loan() {
            final Path directory = Workspace.newDirectory("segment");
            files = new SegmentFiles(new FileStorage(), directory, new PartitionId("t", 1, 0), LENGTH);
            try {
                files.prepare(0);
            } catch (final IOException ex) {
                throw new UncheckedIOException(ex);
            }
            segment = files.openPrepared(0);
        }

        /** Makes the segment look as if nothing had been appended behind an offset. */
        void resetFrom(final int offset, final int usedLength) {
            segment.buffer().setMemory(offset, usedLength, (byte) 0);
            segment.tailOffset(offset);
        }

        void giveBack() {
            FREE.add(this);
        }
    }
}
