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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads a feed by hand: maps the segment files of its partition, reads each page of them once, and follows length words from
 * one record to the next. It knows that each record is a trade, how long its key is, and that nothing is damaged.
 */
final class MappedTrades implements TradeInput {
    private static final int PAGE_LENGTH = 4096;
    private static final int BLOCK_OFFSET =
            RecordDescriptor.HEADER_LENGTH + Long.BYTES + MessageHeaderDecoder.ENCODED_LENGTH;

    private final TradeDecoder trade = new TradeDecoder();
    private final MappedByteBuffer[] files;
    private final UnsafeBuffer[] segments;
    private int segment;
    private int offset = SegmentDescriptor.HEADER_LENGTH;

    MappedTrades(final Path partitionDirectory) {
        try (Stream<Path> paths = Files.list(partitionDirectory)) {
            final List<Path> inOrder = paths.filter(path -> path.toString().endsWith(".seg"))
                    .sorted()
                    .toList();
            files = new MappedByteBuffer[inOrder.size()];
            segments = new UnsafeBuffer[files.length];
            for (int i = 0; i < files.length; i++) {
                files[i] = map(inOrder.get(i));
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
        int at = offset;
        for (int i = 0; i < limit; i++) {
            final int length = buffer.getIntAcquire(at + RecordDescriptor.LENGTH_OFFSET);
            final byte kind = buffer.getByte(at + RecordDescriptor.KIND_OFFSET);
            if (kind != RecordKind.DATA) {
                return leave(handler, kind, at + RecordDescriptor.align(length));
            }
            trade.wrap(buffer, at + BLOCK_OFFSET, TradeDecoder.BLOCK_LENGTH, TradeDecoder.SCHEMA_VERSION);
            handler.onTrade(trade, buffer.getLong(at + RecordDescriptor.EVENT_TIME_OFFSET));
            at += RecordDescriptor.align(length);
            if (at > buffer.capacity() - RecordDescriptor.HEADER_LENGTH) {
                return leave(handler, RecordKind.PADDING, at);
            }
        }
        offset = at;
        return true;
    }

    private boolean leave(final TradeHandler handler, final byte kind, final int nextOffset) {
        if (kind == RecordKind.WATERMARK) {
            handler.onEnd();
            return false;
        }
        if (kind != RecordKind.PADDING) {
            throw new IllegalStateException("no trade, padding or watermark: kind=" + kind + " offset=" + nextOffset);
        }
        final boolean hasMore = nextOffset <= segments[segment].capacity() - RecordDescriptor.HEADER_LENGTH;
        offset = hasMore ? nextOffset : SegmentDescriptor.HEADER_LENGTH;
        segment += hasMore ? 0 : 1;
        return true;
    }

    @Override
    public void close() {
        for (final MappedByteBuffer file : files) {
            IoUtil.unmap(file);
        }
    }
}
