package io.millrace.examples.nexmark;

import io.millrace.examples.data.DataFile;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * A file of events, plain or gzip, read in one go and in pieces of any size: a header, and then an event a line. Lines end with LF or
 * CR LF, the last one may go without; empty lines are passed over.
 */
final class EventFile {
    /** Opens the bytes of a file, unpacked. */
    @FunctionalInterface
    interface Source {
        InputStream open() throws IOException;
    }

    private final String name;
    private final Source source;
    private final EventLine parser = new EventLine();

    // The longest line with its end, and one byte more to tell that a line is longer.
    private final byte[] buffer = new byte[EventLine.MAX_LENGTH + 3];
    private int length;
    private long number;

    /**
     * Names a file, which is not opened yet.
     *
     * @param name   for messages.
     * @param source opens it.
     */
    EventFile(final String name, final Source source) {
        this.name = name;
        this.source = source;
    }

    /** Hands out each event, until the next one. What the consumer refuses as an illegal argument is told with the line. */
    void forEach(final Consumer<Event> consumer) {
        try (InputStream in = source.open()) {
            for (int read = in.read(buffer, length, buffer.length - length);
                    read >= 0;
                    read = in.read(buffer, length, buffer.length - length)) {
                length += read;
                takeLines(consumer);
                if (length == buffer.length) {
                    number++;
                    throw badLine("is longer than " + EventLine.MAX_LENGTH + " bytes", null);
                }
            }
        } catch (final IOException e) {
            throw DataFile.cannotRead(name, e);
        }
        if (length > 0) {
            take(0, length, consumer);
        }
        if (number == 0) {
            number++;
            checkHeader(0, 0);
        }
    }

    private void takeLines(final Consumer<Event> consumer) {
        int begin = 0;
        for (int i = 0; i < length; i++) {
            if (buffer[i] == '\n') {
                take(begin, i, consumer);
                begin = i + 1;
            }
        }
        System.arraycopy(buffer, begin, buffer, 0, length - begin);
        length -= begin;
    }

    private void take(final int begin, final int end, final Consumer<Event> consumer) {
        number++;
        final int lineLength = (end > begin && buffer[end - 1] == '\r' ? end - 1 : end) - begin;
        if (number == 1) {
            checkHeader(begin, lineLength);
        } else if (lineLength > 0) {
            try {
                consumer.accept(parser.parse(buffer, begin, lineLength));
            } catch (final IllegalArgumentException e) {
                throw badLine(e.getMessage(), e);
            }
        }
    }

    private void checkHeader(final int begin, final int lineLength) {
        final byte[] header = EventLine.HEADER.getBytes(StandardCharsets.US_ASCII);
        if (!Arrays.equals(buffer, begin, begin + lineLength, header, 0, header.length)) {
            final int shown = Math.min(lineLength, header.length);
            throw badLine(
                    "is '" + new String(buffer, begin, shown, StandardCharsets.UTF_8)
                            + (shown < lineLength ? "..." : "") + "', not the header " + EventLine.HEADER,
                    null);
        }
    }

    private MillraceException badLine(final String reason, final Exception cause) {
        return new MillraceException(ErrorCode.CONFIGURATION, name + ":" + number + ": " + reason, cause);
    }

    @Override
    public String toString() {
        return name;
    }

    /** Counts what is read of a file, as it lies on disk. */
    static final class Counted extends FilterInputStream {
        private long count;

        Counted(final InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            final int read = super.read();
            count += read < 0 ? 0 : 1;
            return read;
        }

        @Override
        public int read(final byte[] bytes, final int offset, final int most) throws IOException {
            final int read = super.read(bytes, offset, most);
            count += Math.max(0, read);
            return read;
        }

        long count() {
            return count;
        }
    }
}
