package io.millrace.torture.check;

import java.util.Iterator;
import java.util.NoSuchElementException;

/** What was to be fed into a topic, computed once more from its description. */
interface Input {
    /** The record of a number, from 0. */
    OutputRecord record(long index);

    /** Index of the topic that the record of a number belongs into, of those that the topology reads. */
    default int topic(final long index) {
        return 0;
    }

    /** The partition that it belongs into. */
    int partition(OutputRecord record);

    /** The whole of a partition of a topic: its records and the watermark that ends it. */
    static Iterator<OutputRecord> of(final Input input, final long count, final int topic, final int partition) {
        return new Iterator<>() {
            private long index;
            private boolean isEnded;
            private OutputRecord next = find();

            private OutputRecord find() {
                while (index < count) {
                    final boolean isOfTopic = input.topic(index) == topic;
                    final OutputRecord record = input.record(index++);
                    if (isOfTopic && input.partition(record) == partition) {
                        return record;
                    }
                }
                if (isEnded) {
                    return null;
                }
                isEnded = true;
                return new OutputRecord(StoredRecord.Kind.WATERMARK, SourceClock.END, new byte[0], new byte[0]);
            }

            @Override
            public boolean hasNext() {
                return next != null;
            }

            @Override
            public OutputRecord next() {
                if (next == null) {
                    throw new NoSuchElementException("the end of partition " + partition);
                }
                final OutputRecord record = next;
                next = find();
                return record;
            }
        };
    }
}
