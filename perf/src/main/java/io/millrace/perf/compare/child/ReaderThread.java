package io.millrace.perf.compare.child;

import io.millrace.perf.compare.contender.Contender;
import io.millrace.perf.compare.contender.MessageReader;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Reads a partition on a thread of its own while it is appended to, and checks what comes. */
final class ReaderThread implements AutoCloseable {
    private static final long TIMEOUT_S = 120;

    private final CountDownLatch opened = new CountDownLatch(1);
    private final CountDownLatch first = new CountDownLatch(1);
    private final Thread thread;
    private volatile Throwable failure;

    private ReaderThread(
            final Contender contender,
            final int partition,
            final int length,
            final int streams,
            final long perStream,
            final boolean isThorough) {
        thread = new Thread(
                () -> {
                    try (MessageReader reader = contender.reader(partition)) {
                        opened.countDown();
                        if (isThorough) {
                            readThoroughly(reader, length, streams, perStream);
                        } else {
                            readLightly(reader, streams, perStream);
                        }
                    } catch (final Throwable ex) {
                        failure = ex;
                    } finally {
                        opened.countDown();
                        first.countDown();
                    }
                },
                "reader-" + partition);
        thread.setDaemon(true);
    }

    /** Starts one that sees an equal number of messages of each stream; a thorough one looks at every byte. */
    static ReaderThread start(
            final Contender contender,
            final int partition,
            final int length,
            final int streams,
            final long perStream,
            final boolean isThorough) {
        final ReaderThread reader = new ReaderThread(contender, partition, length, streams, perStream, isThorough);
        reader.thread.start();
        await(reader.opened);
        return reader;
    }

    private void readThoroughly(final MessageReader reader, final int length, final int streams, final long perStream) {
        final ContentCheck check = new ContentCheck(length, streams);
        first.countDown();
        check.readAll(reader, streams * perStream);
        check.verify();
    }

    private void readLightly(final MessageReader reader, final int streams, final long perStream) {
        final LightCheck check = new LightCheck();
        while (reader.poll(check, 1) == 0) {
            Thread.onSpinWait();
        }
        first.countDown();
        Loops.read(reader, check, streams * perStream);
        check.verify(streams, perStream);
    }

    void awaitFirst() {
        await(first);
    }

    void awaitEnd() {
        try {
            thread.join(TimeUnit.SECONDS.toMillis(TIMEOUT_S));
        } catch (final InterruptedException ex) {
            throw new IllegalStateException(ex);
        }
        if (failure != null) {
            throw new IllegalStateException(failure.getMessage(), failure);
        }
        if (thread.isAlive()) {
            throw new VerificationException("the reader does not come to an end");
        }
    }

    private static void await(final CountDownLatch latch) {
        try {
            if (!latch.await(TIMEOUT_S, TimeUnit.SECONDS)) {
                throw new VerificationException("nothing arrives at the reader");
            }
        } catch (final InterruptedException ex) {
            throw new IllegalStateException(ex);
        }
    }

    @Override
    public void close() {
        // The thread ends by itself, or is a daemon when something failed.
    }
}
