package io.millrace.torture.check;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Supplier;

/** One output of a reference, made while it is walked over, and anew each time. */
final class ReferenceRecords implements Iterable<OutputRecord> {
    private final StoreReader store;
    private final StoredTopic input;
    private final Supplier<Reference> references;
    private final String output;

    ReferenceRecords(
            final StoreReader store,
            final StoredTopic input,
            final Supplier<Reference> references,
            final String output) {
        this.store = store;
        this.input = input;
        this.references = references;
        this.output = output;
    }

    @Override
    public Iterator<OutputRecord> iterator() {
        return new Walk();
    }

    private final class Walk implements Iterator<OutputRecord> {
        private final Reference reference = references.get();
        private final ArrayDeque<OutputRecord> made = new ArrayDeque<>();
        private final Reference.Outputs outputs = (name, record) -> {
            if (name.equals(output)) {
                made.add(record);
            }
        };
        private Iterator<StoredRecord> records;
        private int nextPartition;

        @Override
        public boolean hasNext() {
            while (made.isEmpty()) {
                if (records != null && records.hasNext()) {
                    reference.take(records.next(), outputs);
                } else if (nextPartition < input.partitions()) {
                    records = store.records(input, nextPartition++);
                    reference.beginPartition();
                } else if (nextPartition == input.partitions()) {
                    nextPartition++;
                    reference.finish(outputs);
                } else {
                    return false;
                }
            }
            return true;
        }

        @Override
        public OutputRecord next() {
            if (!hasNext()) {
                throw new NoSuchElementException("the end of what " + output + " should hold");
            }
            return made.remove();
        }
    }
}
