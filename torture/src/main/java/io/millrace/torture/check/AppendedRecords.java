package io.millrace.torture.check;

import io.millrace.torture.check.StoredRecord.Kind;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The records of some partitions that follow each other, without those that the log or a clock has appended. */
final class AppendedRecords implements Iterator<OutputRecord> {
    private final StoreReader store;
    private final StoredTopic topic;
    private final int end;
    private int nextPartition;
    private Iterator<StoredRecord> records;
    private OutputRecord next;

    AppendedRecords(final StoreReader store, final StoredTopic topic, final int begin, final int end) {
        this.store = store;
        this.topic = topic;
        this.nextPartition = begin;
        this.end = end;
    }

    @Override
    public boolean hasNext() {
        while (next == null) {
            if (records == null || !records.hasNext()) {
                if (nextPartition == end) {
                    return false;
                }
                records = store.records(topic, nextPartition++);
            } else {
                final StoredRecord record = records.next();
                if (record.kind() != Kind.TICK && record.kind() != Kind.PRODUCER) {
                    next = record.output();
                }
            }
        }
        return true;
    }

    @Override
    public OutputRecord next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the end of " + topic.directory());
        }
        final OutputRecord record = next;
        next = null;
        return record;
    }
}
