package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordHandler;
import java.util.ArrayList;
import java.util.List;

/** What is in a store after a loss of power; it refuses whatever may not be there. */
final class PowerCutContent {
    private final List<List<Long>> positions = new ArrayList<>();
    private final List<Integer> sourceHashes = new ArrayList<>();
    private final List<Long> derivedPositions = new ArrayList<>();

    PowerCutContent() {
        for (int i = 0; i < PowerCutWriter.WRITERS; i++) {
            positions.add(new ArrayList<>());
        }
    }

    /** Each writer's records: whole, in order, none twice and none left out. */
    void readSource(final LogPartition partition) {
        read(partition, record -> {
            final int writer = record.buffer().getInt(record.valueOffset());
            final long number = record.buffer().getLong(record.valueOffset() + 4);
            final List<Long> ofWriter = positions.get(writer);
            assertThat(number).as("number of a record of writer %s", writer).isEqualTo(ofWriter.size());
            assertThat(record.sequence()).as("its sequence").isEqualTo(number);
            ofWriter.add(record.position());
            sourceHashes.add(hash(record));
        });
    }

    /** Copies of the source's records, in their order, and none of a record that is not there. */
    void readDerived(final LogPartition partition) {
        read(partition, record -> {
            assertThat(record.sequence()).as("sequence of a copy").isEqualTo(derivedPositions.size());
            assertThat(derivedPositions.size())
                    .as("a copy whose source was lost: %s", record)
                    .isLessThan(sourceHashes.size());
            assertThat(hash(record)).as("a copy").isEqualTo(sourceHashes.get(derivedPositions.size()));
            derivedPositions.add(record.position());
        });
    }

    private static void read(final LogPartition partition, final RecordHandler handler) {
        try (LogReader reader = partition.reader()) {
            final RecordHandler checking = record -> {
                assertThat(PowerCutWriter.isWhole(record))
                        .as("whole: %s", record)
                        .isTrue();
                handler.onRecord(record);
            };
            while (reader.poll(checking, 1_000) > 0) {
                continue;
            }
            assertThat(reader.isAtEnd()).isTrue();
        }
    }

    private static int hash(final RecordFlyweight record) {
        int hash = record.valueLength();
        for (int i = 0; i < record.valueLength(); i++) {
            hash = 31 * hash + record.buffer().getByte(record.valueOffset() + i);
        }
        return hash;
    }

    /** A line says: topic, writer, number of a record, its position. The record must be there. */
    void checkReported(final String line) {
        final String[] words = line.split(" ");
        final List<Long> found = words[0].equals("S") ? positions.get(Integer.parseInt(words[1])) : derivedPositions;
        final int number = Integer.parseInt(words[2]);
        assertThat(found.size())
                .as("records there; the last is lost: reported durable was %s", line)
                .isGreaterThan(number);
        assertThat(found.get(number)).as("position of %s", line).isEqualTo(Long.parseLong(words[3]));
    }

    long count() {
        return sourceHashes.size() + derivedPositions.size();
    }
}
