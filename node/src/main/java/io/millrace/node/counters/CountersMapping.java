package io.millrace.node.counters;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersReader;

/** The counters file of a node, mapped for reading by another process. */
public final class CountersMapping implements AutoCloseable {
    private final MappedByteBuffer mapped;
    private final CountersView view;

    private CountersMapping(final MappedByteBuffer mapped) {
        this.mapped = mapped;
        view = new CountersView(
                new UnsafeBuffer(mapped, 0, CountersDescriptor.METADATA_OFFSET),
                new CountersReader(
                        new UnsafeBuffer(
                                mapped, CountersDescriptor.METADATA_OFFSET, CountersDescriptor.METADATA_LENGTH),
                        new UnsafeBuffer(mapped, CountersDescriptor.VALUES_OFFSET, CountersDescriptor.VALUES_LENGTH),
                        StandardCharsets.UTF_8));
    }

    /**
     * Maps the counters of the node that serves a store, or of the one that did so last.
     *
     * @param storeDirectory where the store lives
     * @return the mapping, to be closed
     * @throws MillraceException CONFIGURATION when there is no such file or it is of another version
     */
    public static CountersMapping open(final Path storeDirectory) {
        final Path file = CountersDescriptor.fileIn(storeDirectory);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() < CountersDescriptor.FILE_LENGTH) {
                throw unusable(
                        file, "is too short: length=" + channel.size() + " expected=" + CountersDescriptor.FILE_LENGTH);
            }
            final MappedByteBuffer mapped =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, CountersDescriptor.FILE_LENGTH);
            final UnsafeBuffer header = new UnsafeBuffer(mapped);
            if (header.getLongVolatile(CountersDescriptor.MAGIC_OFFSET) != CountersDescriptor.MAGIC
                    || header.getInt(CountersDescriptor.VERSION_OFFSET, LITTLE_ENDIAN) != CountersDescriptor.VERSION) {
                IoUtil.unmap(mapped);
                throw unusable(file, "is not a counters file of this version");
            }
            return new CountersMapping(mapped);
        } catch (final NoSuchFileException ex) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION,
                    "no node has served this directory: " + storeDirectory + "; start one with `millrace node --dir "
                            + storeDirectory + '`',
                    ex);
        } catch (final IOException ex) {
            throw new MillraceException(ErrorCode.CONFIGURATION, "cannot read " + file + ": " + ex.getMessage(), ex);
        }
    }

    /**
     * What the counters say.
     *
     * @return a view that is valid until this mapping is closed
     */
    public CountersView view() {
        return view;
    }

    @Override
    public void close() {
        IoUtil.unmap(mapped);
    }

    private static MillraceException unusable(final Path file, final String why) {
        return new MillraceException(ErrorCode.CONFIGURATION, file + " " + why);
    }
}
