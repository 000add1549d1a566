package io.millrace.testkit;

import io.millrace.operators.codec.Codec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where a test reads a topic that the job writes. Each record is read once. Used by the test's thread.
 *
 * @param <V> type of the values.
 */
public final class TestOutput<V> {
    private final TopologyTestDriver driver;
    private final String topic;
    private final Codec<V> codec;
    private final long[] positions;

    TestOutput(final TopologyTestDriver driver, final String topic, final Codec<V> codec, final int partitionCount) {
        this.driver = driver;
        this.topic = topic;
        this.codec = codec;
        this.positions = new long[partitionCount];
    }

    /**
     * Reads what has come since the last time.
     *
     * @return the data records and deletes, partition by partition, and in each in the order of the log; between partitions there
     *         is none.
     */
    public List<TestRecord<V>> readAll() {
        final List<TestRecord<V>> records = new ArrayList<>();
        for (int partition = 0; partition < positions.length; partition++) {
            for (final RawRecord record : driver.read(topic, partition, positions[partition])) {
                positions[partition] = record.nextPosition();
                if (record.isData() || record.isDelete()) {
                    records.add(TestRecord.of(topic, partition, record, codec));
                }
            }
        }
        return records;
    }

    /**
     * Reads what has come since the last time, without what accompanies it.
     *
     * @return the values, in the order of {@link #readAll()}; deletes have none and are left out.
     */
    public List<V> readValues() {
        return readAll().stream()
                .filter(record -> !record.isDelete())
                .map(TestRecord::value)
                .toList();
    }

    /**
     * Reads the one record that has come since the last time.
     *
     * @return the record.
     * @throws AssertionError if it is none, or several.
     */
    public TestRecord<V> readOne() {
        final List<TestRecord<V>> records = readAll();
        if (records.size() != 1) {
            throw new AssertionError("expected one record in topic " + topic + ", there are " + records.size()
                    + (records.isEmpty() ? "; does a window wait for advanceTime or end?" : ": " + records));
        }
        return records.get(0);
    }

    /** Goes back to the beginning of the topic. */
    public void rewind() {
        Arrays.fill(positions, 0);
    }

    @Override
    public String toString() {
        return "TestOutput{topic=" + topic + ", partitions=" + positions.length + '}';
    }
}
