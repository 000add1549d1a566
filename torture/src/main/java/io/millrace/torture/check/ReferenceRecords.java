package io.millrace.torture.check;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Supplier;

/** One output of a reference, made while it is walked over, and anew each time. */
final class ReferenceRecords implements Iterable<OutputRecord> {
    private final StoreReader store;
    private final List<StoredTopic> inputs;
    private final Supplier<Reference> references;
    private final String output;

    ReferenceRecords(
            final StoreReader store,
            final List<StoredTopic> inputs,
            final Supplier<Reference> references,
            final String output) {
        this.store = store;
        this.inputs = inputs;
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
        private int nextTopic;
        private int nextPartition;

        @Override
        public boolean hasNext() {
            while (made.isEmpty()) {
                if (records != null && records.hasNext()) {
                    reference.take(records.next(), outputs);
                } else if (nextTopic < inputs.size()) {
                    begin(inputs.get(nextTopic));
                } else if (nextTopic == inputs.size()) {
                    nextTopic++;
                    reference.finish(outputs);
                } else {
                    return false;
                }
            }
            return true;
        }

        private void begin(final StoredTopic input) {
            reference.beginPartition(nextTopic);
            records = store.records(input, nextPartition++);
            if (nextPartition == input.partitions()) {
                nextTopic++;
                nextPartition = 0;
            }
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
