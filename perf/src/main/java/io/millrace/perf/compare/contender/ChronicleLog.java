package io.millrace.perf.compare.contender;

import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.SyncMode;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Chronicle Queue, open source, with its defaults; a directory is a queue, so a partition is one. */
final class ChronicleLog implements Contender {
    private final ChronicleQueue[] queues;

    ChronicleLog(final OpenOptions options) {
        queues = new ChronicleQueue[options.partitions()];
        for (int i = 0; i < queues.length; i++) {
            final SingleChronicleQueueBuilder builder =
                    SingleChronicleQueueBuilder.binary(options.directory().resolve("queue-" + i));
            queues[i] = (options.isForced() ? builder.syncMode(SyncMode.SYNC) : builder).build();
        }
    }

    @Override
    public MessageAppender appender(final int partition) {
        return new Appender(queues[partition].createAppender());
    }

    @Override
    public MessageReader reader(final int partition) {
        return new Reader(queues[partition].createTailer());
    }

    @Override
    public void close() {
        for (final ChronicleQueue queue : queues) {
            queue.close();
        }
    }

    /** Writes into the mapping: faster than to hand bytes to the appender, and what the documentation calls the low level. */
    private static final class Appender implements MessageAppender {
        private final ExcerptAppender appender;
        private final UnsafeBuffer space = new UnsafeBuffer(0, 0);

        private Appender(final ExcerptAppender appender) {
            this.appender = appender;
        }

        @Override
        public void append(final DirectBuffer message, final int length) {
            try (DocumentContext document = appender.writingDocument()) {
                final Bytes<?> target = document.wire().bytes();
                final long start = target.writePosition();
                target.writePosition(start + length);
                space.wrap(target.addressForWrite(start), length);
                space.putBytes(0, message, 0, length);
            }
        }

        @Override
        public void awaitDurable() {
            appender.sync();
        }

        @Override
        public void close() {
            appender.close();
        }
    }

    private static final class Reader implements MessageReader {
        private final ExcerptTailer tailer;
        private final UnsafeBuffer view = new UnsafeBuffer(0, 0);

        private Reader(final ExcerptTailer tailer) {
            this.tailer = tailer;
        }

        @Override
        public int poll(final MessageHandler handler, final int limit) {
            int count = 0;
            while (count < limit) {
                try (DocumentContext document = tailer.readingDocument()) {
                    if (!document.isPresent()) {
                        break;
                    }
                    final Bytes<?> bytes = document.wire().bytes();
                    final int length = (int) bytes.readRemaining();
                    view.wrap(bytes.addressForRead(bytes.readPosition()), length);
                    handler.onMessage(view, 0, length);
                    count++;
                }
            }
            return count;
        }

        @Override
        public void close() {
            tailer.close();
        }
    }
}
