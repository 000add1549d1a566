package io.millrace.perf.compare.child;

import io.millrace.perf.compare.contender.Contender;
import io.millrace.perf.compare.contender.ContenderKind;
import io.millrace.perf.compare.contender.MessageAppender;
import io.millrace.perf.compare.contender.MessageHandler;
import io.millrace.perf.compare.contender.MessageReader;
import io.millrace.perf.compare.contender.OpenOptions;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.DirectBuffer;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Opens a log of some length again. Three processes after each other share its directory: one fills the log and goes on
 * appending until it is killed, one opens what is left and closes it cleanly, and one opens that.
 *
 * <p>The first writes down after each message that it was appended, in a mapped file, so the second knows what must be there.
 */
final class ReopenMeasure {
    private static final int LENGTH = 1024;
    private static final int BURST = 64;
    private static final long PAUSE_NS = 100_000;
    private static final long REFUSED_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);

    private final ChildContext context;
    private final Result result;
    private final Path progressFile;
    private final Path refusedFile;
    private final boolean isArchive;

    ReopenMeasure(final ChildContext context, final Result result) {
        this.context = context;
        this.result = result;
        this.progressFile = context.directory().resolve("progress");
        this.refusedFile = context.directory().resolve("refused");
        this.isArchive = context.kind() == ContenderKind.AERON_ARCHIVE;
    }

    private OpenOptions options() throws IOException {
        final Path log = Files.createDirectories(context.directory().resolve("log"));
        final OpenOptions options = OpenOptions.usual(log, context.memoryDirectory(), 2 * context.scale().reopenLength);
        return options.withSegmentLength(Math.min(context.scale().segmentLength, OpenOptions.DEFAULT_SEGMENT_LENGTH));
    }

    /** Fills the log, tells it by a file, and goes on appending until the process is killed. */
    void fill() throws IOException {
        final long count = context.scale().reopenLength / (LENGTH + 40);
        final Messages messages = new Messages(LENGTH, 0);
        try (Contender contender = context.kind().open(options());
                MessageAppender appender = contender.appender(0);
                FileChannel channel = FileChannel.open(
                        progressFile,
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            Loops.append(appender, messages, 0, count);
            appender.awaitStored();
            final UnsafeBuffer progress = new UnsafeBuffer(channel.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES));
            progress.putLongRelease(0, count);
            Files.createFile(context.directory().resolve("ready"));
            for (long sequence = count; ; sequence++) {
                appender.append(messages.at(sequence), LENGTH);
                if (!isArchive) { // it has what it says it has recorded
                    progress.putLongRelease(0, sequence + 1);
                }
                if (sequence % BURST == 0) {
                    LockSupport.parkNanos(PAUSE_NS);
                }
            }
        }
    }

    /** Times the opening, checks what is there, appends one message where that goes on, and closes. */
    void open(final String figure) throws IOException {
        if (Files.exists(refusedFile)) {
            return;
        }
        final OpenOptions options = options();
        final FirstMessage first = new FirstMessage();
        final long startNs = System.nanoTime();
        try (Contender contender = openWhenItLets(options)) {
            if (contender == null) {
                Files.createFile(refusedFile);
                result.put("reopen.refused", 1);
                return;
            }
            final MessageReader firstReader = contender.reader(0);
            while (firstReader.poll(first, 1) == 0) {
                Thread.onSpinWait();
            }
            final MessageAppender appender = isArchive ? null : contender.appender(0);
            result.put(figure, System.nanoTime() - startNs);
            firstReader.close();
            final long count = verify(contender);
            if (appender != null) {
                appender.append(new Messages(LENGTH, 0).at(count), LENGTH);
                appender.close();
                writeProgress(count + 1);
            }
        }
    }

    /**
     * An archive refuses for some seconds to open after its owner was killed; that is part of the time. It refuses for good when
     * the last message lies across the end of a page, until somebody verifies it by hand: null then.
     */
    private Contender openWhenItLets(final OpenOptions options) {
        final long deadlineNs = System.nanoTime() + REFUSED_TIMEOUT_NS;
        while (true) {
            try {
                return context.kind().open(options);
            } catch (final RuntimeException ex) {
                if (isArchive && String.valueOf(ex.getMessage()).contains("incomplete last fragment")) {
                    return null;
                }
                if (!isArchive || System.nanoTime() - deadlineNs > 0) {
                    throw ex;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
    }

    private long verify(final Contender contender) throws IOException {
        final long promised = readProgress();
        final ContentCheck check = new ContentCheck(LENGTH, 1);
        try (MessageReader reader = contender.reader(0)) {
            final long deadlineNs = System.nanoTime() + REFUSED_TIMEOUT_NS;
            while (check.count(0) < promised) {
                check.readRest(reader);
                if (System.nanoTime() - deadlineNs > 0) {
                    throw new VerificationException(
                            "messages were lost: " + check.count(0) + " of " + promised + " are there");
                }
            }
            check.readRest(reader);
        }
        check.verify();
        result.addVerified(check.count(0));
        return check.count(0);
    }

    private long readProgress() throws IOException {
        try (FileChannel channel = FileChannel.open(progressFile, StandardOpenOption.READ)) {
            final var mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, Long.BYTES);
            final long count = new UnsafeBuffer(mapped).getLong(0);
            IoUtil.unmap(mapped);
            return count;
        }
    }

    private void writeProgress(final long count) throws IOException {
        try (FileChannel channel = FileChannel.open(progressFile, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final var mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES);
            new UnsafeBuffer(mapped).putLong(0, count);
            IoUtil.unmap(mapped);
        }
    }

    /** Insists that the log begins where it began. */
    private static final class FirstMessage implements MessageHandler {
        @Override
        public void onMessage(final DirectBuffer buffer, final int offset, final int length) {
            if (buffer.getLong(offset) != 0) {
                throw new VerificationException("the first message is another one: " + buffer.getLong(offset));
            }
        }
    }
}
