package io.millrace.perf.streams;

import io.millrace.log.LogPartition;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordKind;
import io.millrace.log.segment.SegmentDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Hands out the values of the records that a partition has taken since the last call, from its files: a reader of the log in the
 * measured process would be one more that the compiler has to reckon with.
 */
final class MappedResults {
    private final UnsafeBuffer value = new UnsafeBuffer(0, 0);
    private final Path directory;
    private final LogPartition partition;
    private long position;

    MappedResults(final Path directory, final LogPartition partition) {
        this.directory = directory;
        this.partition = partition;
        this.position = partition.tailPosition();
    }

    void forEachNew(final Consumer<DirectBuffer> consumer) {
        final int segmentLength = partition.segmentLength();
        final long end = partition.tailPosition();
        while (position < end) {
            final long base = position & -segmentLength;
            final long segmentEnd = Math.min(end, base + segmentLength);
            forEach(base, (int) (position - base), (int) (segmentEnd - base), consumer);
            position = segmentEnd;
        }
    }

    private void forEach(final long base, final int begin, final int end, final Consumer<DirectBuffer> consumer) {
        final Path file = directory.resolve(String.format(Locale.ROOT, "%020d.seg", base));
        try (FileChannel channel = FileChannel.open(file)) {
            final MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, end);
            try {
                walk(new UnsafeBuffer(mapped), Math.max(begin, SegmentDescriptor.HEADER_LENGTH), end, consumer);
            } finally {
                IoUtil.unmap(mapped);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void walk(
            final UnsafeBuffer buffer, final int begin, final int end, final Consumer<DirectBuffer> consumer) {
        // What is left at the end of a segment may be too short for a header.
        int at = begin;
        while (at <= end - RecordDescriptor.HEADER_LENGTH) {
            final int length = buffer.getInt(at + RecordDescriptor.LENGTH_OFFSET);
            if (length <= 0) {
                throw new IllegalStateException("no committed record at " + at + " of a segment: length=" + length);
            }
            if (buffer.getByte(at + RecordDescriptor.KIND_OFFSET) == RecordKind.DATA) {
                final int headLength = RecordDescriptor.HEADER_LENGTH
                        + (buffer.getShort(at + RecordDescriptor.KEY_LENGTH_OFFSET) & 0xFFFF);
                value.wrap(buffer, at + headLength, length - headLength);
                consumer.accept(value);
            }
            at += RecordDescriptor.align(length);
        }
    }
}
