package io.millrace.torture.check;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Reads all there is in a store that was closed in order, and holds the end of each partition against what the store says of it:
 * what the durable cut names is there and no more, and the snapshot of the producers at that place knows the same last sequences.
 */
final class StoreVerification {
    private static final int RECORD_HEADER_LENGTH = 40;

    private final StoreReader store;
    private final Consumer<String> damage;

    /**
     * Creates the verification.
     *
     * @param damage is told each damage; the rest of that partition is not read then.
     */
    StoreVerification(final StoreReader store, final Consumer<String> damage) {
        this.store = store;
        this.damage = damage;
    }

    /**
     * Reads the store.
     *
     * @param passedOver partitions that are not read, such as {@code in/0}.
     * @return number of records.
     */
    long verify(final Set<String> passedOver) throws IOException {
        final DurableCut cut;
        try {
            cut = DurableCut.newest(store.directory());
        } catch (final DamagedStoreException e) {
            damage.accept(e.getMessage());
            return 0;
        }
        if (!cut.isClosed()) {
            damage.accept("the store was not closed in order: " + store.directory());
        }
        long count = 0;
        for (final StoredTopic topic : store.topics()) {
            for (int i = 0; i < topic.partitions(); i++) {
                if (!passedOver.contains(topic.name() + "/" + i)) {
                    count += verify(topic, i, cut);
                }
            }
        }
        return count;
    }

    private long verify(final StoredTopic topic, final int partition, final DurableCut cut) throws IOException {
        long count = 0;
        try {
            final PartitionRecords records = store.records(topic, partition);
            final TreeMap<Integer, Long> lastSequences = new TreeMap<>();
            while (records.hasNext()) {
                final StoredRecord record = records.next();
                count++;
                if (record.kind() != StoredRecord.Kind.PRODUCER && record.producerId() != 0) {
                    lastSequences.put(record.producerId(), record.sequence());
                }
            }
            checkExtent(topic, partition, records, cut);
            checkProducers(topic, partition, records, lastSequences);
        } catch (final DamagedStoreException e) {
            damage.accept(e.getMessage());
        }
        return count;
    }

    private static void checkExtent(
            final StoredTopic topic, final int partition, final PartitionRecords records, final DurableCut cut) {
        final DurableCut.Extent extent = cut.positions().get(new DurableCut.Partition(topic.id(), partition));
        final Path path = topic.partition(partition);
        if (extent == null) {
            throw new DamagedStoreException(path, "the durable cut does not name the partition");
        }
        if (cut.isClosed() && extent.begin() != records.begin()) {
            throw new DamagedStoreException(
                    path, "the partition begins at " + records.begin() + ", the durable cut says " + extent.begin());
        }
        final long tail = place(records.tail(), topic.segmentLength());
        final long said = place(extent.position(), topic.segmentLength());
        if (cut.isClosed() ? said != tail : said > tail) {
            throw new DamagedStoreException(path, "the partition ends at " + tail + ", the durable cut says " + said);
        }
    }

    // A place at the very end of a segment is that of the first record of the next one.
    private static long place(final long position, final int segmentLength) {
        final long offset = position & (segmentLength - 1);
        final long base = position - offset;
        if (offset < SegmentFile.HEADER_LENGTH) {
            return base + SegmentFile.HEADER_LENGTH;
        }
        return segmentLength - offset < RECORD_HEADER_LENGTH
                ? base + segmentLength + SegmentFile.HEADER_LENGTH
                : position;
    }

    // A snapshot that is missing or torn is no damage; of producers whose records were removed, it alone knows.
    private static void checkProducers(
            final StoredTopic topic,
            final int partition,
            final PartitionRecords records,
            final TreeMap<Integer, Long> lastSequences)
            throws IOException {
        final TreeMap<Integer, Long> snapshot = ProducerSnapshot.read(topic, partition, records.tail());
        if (snapshot == null || topic.isCompacted()) {
            return;
        }
        snapshot.forEach((producerId, said) -> {
            final Long last = lastSequences.getOrDefault(producerId, records.begin() > 0 ? said : -1L);
            if (!last.equals(said)) {
                throw new DamagedStoreException(
                        topic.partition(partition),
                        "the last sequence of producer " + producerId + " is " + last
                                + ", the snapshot of the producers says " + said);
            }
        });
        if (!snapshot.keySet().containsAll(lastSequences.keySet())) {
            throw new DamagedStoreException(
                    topic.partition(partition),
                    "the snapshot of the producers knows " + snapshot.keySet() + ", there are "
                            + lastSequences.keySet());
        }
    }
}
