package io.millrace.perf.streams;

import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordKind;
import io.millrace.log.segment.SegmentDescriptor;
import io.millrace.perf.streams.codec.MessageHeaderDecoder;
import io.millrace.perf.streams.codec.TradeDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Locale;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads a shot of a feed by hand: maps the segment files of its partition, reads each page of them once, and follows length words from
 * one record to the next. It knows that each record is a trade, how long its key is, and that nothing is damaged.
 */
final class MappedTrades implements TradeInput {
    private static final int PAGE_LENGTH = 4096;
    private static final int BLOCK_OFFSET =
            RecordDescriptor.HEADER_LENGTH + Long.BYTES + MessageHeaderDecoder.ENCODED_LENGTH;

    private final TradeDecoder trade = new TradeDecoder();
    private final MappedByteBuffer[] files;
    private final UnsafeBuffer[] segments;
    private final int endOffset;
    private int segment;
    private int offset;

    MappedTrades(
            final Path partitionDirectory, final int segmentLength, final long beginPosition, final long endPosition) {
        final long firstBase = beginPosition & -segmentLength;
        files = new MappedByteBuffer[(int) ((endPosition - 1 - firstBase) / segmentLength) + 1];
        segments = new UnsafeBuffer[files.length];
        offset = Math.max((int) (beginPosition - firstBase), SegmentDescriptor.HEADER_LENGTH);
        endOffset = (int) (endPosition - firstBase - (files.length - 1L) * segmentLength);
        try {
            for (int i = 0; i < files.length; i++) {
                final String name = String.format(Locale.ROOT, "%020d.seg", firstBase + (long) i * segmentLength);
                files[i] = map(partitionDirectory.resolve(name));
                segments[i] = new UnsafeBuffer(files[i]);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MappedByteBuffer map(final Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            final MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            int sum = 0;
            for (int i = 0; i < mapped.capacity(); i += PAGE_LENGTH) {
                sum += mapped.get(i);
            }
            if (sum == Integer.MIN_VALUE) {
                throw new IllegalStateException("cannot be: the sum of fewer bytes");
            }
            return mapped;
        }
    }

    @Override
    public boolean poll(final TradeHandler handler, final int limit) {
        final UnsafeBuffer buffer = segments[segment];
        final int end =
                segment == segments.length - 1 ? endOffset : buffer.capacity() - RecordDescriptor.HEADER_LENGTH + 1;
        int at = offset;
        for (int i = 0; i < limit && at < end; i++) {
            final int length = buffer.getIntAcquire(at + RecordDescriptor.LENGTH_OFFSET);
            if (buffer.getByte(at + RecordDescriptor.KIND_OFFSET) == RecordKind.DATA) {
                trade.wrap(buffer, at + BLOCK_OFFSET, TradeDecoder.BLOCK_LENGTH, TradeDecoder.SCHEMA_VERSION);
                handler.onTrade(trade, buffer.getLong(at + RecordDescriptor.EVENT_TIME_OFFSET));
            } else {
                onOther(handler, buffer.getByte(at + RecordDescriptor.KIND_OFFSET));
            }
            at += RecordDescriptor.align(length);
        }
        offset = at;
        return at < end || enterNext();
    }

    private static void onOther(final TradeHandler handler, final byte kind) {
        if (kind == RecordKind.WATERMARK) {
            handler.onEnd();
        } else if (kind != RecordKind.PADDING) {
            throw new IllegalStateException("no trade, padding or watermark: kind=" + kind);
        }
    }

    private boolean enterNext() {
        segment++;
        offset = SegmentDescriptor.HEADER_LENGTH;
        return segment < segments.length;
    }

    /** Whether the checksum of the next trade is filled in; those before are then, too. */
    boolean hasChecksum() {
        return segments[segment].getIntVolatile(offset + RecordDescriptor.CRC_OFFSET) != 0;
    }

    @Override
    public void close() {
        for (final MappedByteBuffer file : files) {
            IoUtil.unmap(file);
        }
    }
}
