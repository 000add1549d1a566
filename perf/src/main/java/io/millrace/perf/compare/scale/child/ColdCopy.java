package io.millrace.perf.compare.scale.child;

import io.millrace.perf.compare.scale.ThreadTime;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** The limit of a log that grows: records copied behind a length word into a new mapped file, whose pages nobody has touched. */
final class ColdCopy {
    private static final int WORD_LENGTH = 8;
    private static final int ROUNDS = 5;

    private ColdCopy() {}

    /** Copies so many records a round, and tells ns a record. */
    static double nsPerRecord(final Path directory, final int records) throws IOException {
        final Samples samples = new Samples();
        final Numbered numbered = new Numbered();
        for (int round = 0; round < ROUNDS; round++) {
            final Path file = directory.resolve("copy");
            final MappedByteBuffer mapped = map(file, records * (WORD_LENGTH + Numbered.LENGTH));
            try {
                final UnsafeBuffer buffer = new UnsafeBuffer(mapped);
                final long startNs = ThreadTime.ns();
                copy(buffer, numbered, records);
                samples.add(ThreadTime.ns() - startNs, records);
            } finally {
                IoUtil.unmap(mapped);
                Files.delete(file);
            }
        }
        return samples.median();
    }

    private static MappedByteBuffer map(final Path file, final int length) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, length);
        }
    }

    private static void copy(final UnsafeBuffer buffer, final Numbered numbered, final int records) {
        int at = 0;
        for (int number = 0; number < records; number++) {
            buffer.putBytes(at + WORD_LENGTH, numbered.at(number), 0, Numbered.LENGTH);
            buffer.putIntRelease(at, Numbered.LENGTH);
            at += WORD_LENGTH + Numbered.LENGTH;
        }
    }
}
