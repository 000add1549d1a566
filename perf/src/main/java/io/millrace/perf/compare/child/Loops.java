package io.millrace.perf.compare.child;

import io.millrace.perf.compare.contender.Contender;
import io.millrace.perf.compare.contender.MessageAppender;
import io.millrace.perf.compare.contender.MessageHandler;
import io.millrace.perf.compare.contender.MessageReader;
import java.util.concurrent.TimeUnit;

/** The loops that are timed. Short methods that are called often, so that they are compiled as a whole and not halfway. */
final class Loops {
    private static final int CHUNK = 1024;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);

    private Loops() {}

    /** Messages per second, from a number of them and how long they took. */
    static double rate(final long count, final long elapsedNs) {
        return count * 1e9 / elapsedNs;
    }

    static void append(final MessageAppender appender, final Messages messages, final long from, final long to) {
        for (long sequence = from; sequence < to; sequence += CHUNK) {
            appendChunk(appender, messages, sequence, Math.min(to, sequence + CHUNK));
        }
    }

    private static void appendChunk(
            final MessageAppender appender, final Messages messages, final long from, final long to) {
        final int length = messages.length();
        for (long sequence = from; sequence < to; sequence++) {
            appender.append(messages.at(sequence), length);
        }
    }

    /** Appends in batches, the last of which may be shorter. */
    static void appendBatches(
            final MessageAppender appender, final Messages messages, final long from, final long to, final int size) {
        for (long sequence = from; sequence < to; sequence += size) {
            final int count = (int) Math.min(size, to - sequence);
            appender.beginBatch(count, messages.length());
            appendChunk(appender, messages, sequence, sequence + count);
            appender.endBatch();
        }
    }

    /** Reads a number of messages in all, with those that have been read before. */
    static void read(final MessageReader reader, final LightCheck check, final long count) {
        long progressNs = System.nanoTime();
        while (check.count() < count) {
            if (readChunk(reader, check) > 0) {
                continue;
            }
            if (check.count() == 0) {
                progressNs = System.nanoTime();
            } else if (System.nanoTime() - progressNs > TIMEOUT_NS) {
                throw new VerificationException(
                        "messages are missing: " + check.count() + " of " + count + " have come");
            }
        }
    }

    private static int readChunk(final MessageReader reader, final MessageHandler handler) {
        return reader.poll(handler, CHUNK);
    }

    /** Reads the first message, which may take what a connection takes, and then times the others. */
    static double readRate(final Contender contender, final int partition, final int streams, final long perStream) {
        final LightCheck check = new LightCheck();
        try (MessageReader reader = contender.reader(partition)) {
            final long deadlineNs = System.nanoTime() + TIMEOUT_NS;
            while (reader.poll(check, 1) == 0) {
                if (System.nanoTime() - deadlineNs > 0) {
                    throw new VerificationException("no message can be read");
                }
            }
            final long startNs = System.nanoTime();
            read(reader, check, streams * perStream);
            final double rate = rate(streams * perStream - 1, System.nanoTime() - startNs);
            check.verify(streams, perStream);
            return rate;
        }
    }
}
