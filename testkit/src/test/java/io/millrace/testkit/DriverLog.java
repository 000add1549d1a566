package io.millrace.testkit;

import io.millrace.log.record.RecordKind;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Shows what lies in the log of a driver to tests in other packages: all kinds of records, in the order of a partition. */
public final class DriverLog {
    private DriverLog() {}

    /**
     * A record whose key and value are texts.
     *
     * @param position    in the partition, in bytes.
     * @param kind        of the record.
     * @param eventTimeNs of the record, in ns since the epoch.
     * @param logTimeNs   of the record, in ns since the epoch.
     * @param producerId  of who wrote it, 0 for a test or a ticker.
     * @param key         empty for none.
     * @param value       empty for none.
     * @param isIdle      whether it is a watermark that tells of silence.
     * @param originNs    log time of what made it, if it is a watermark in an exchange; otherwise its own.
     */
    public record Entry(
            long position,
            byte kind,
            long eventTimeNs,
            long logTimeNs,
            int producerId,
            String key,
            String value,
            boolean isIdle,
            long originNs) {}

    public static int partitionCount(final TopologyTestDriver driver, final String topic) {
        return driver.partitionCount(topic);
    }

    /** How often the job was killed. */
    public static int crashes(final TopologyTestDriver driver) {
        return driver.crashCount();
    }

    public static List<Entry> read(final TopologyTestDriver driver, final String topic, final int partition) {
        return driver.read(topic, partition, 0).stream()
                .map(record -> new Entry(
                        record.position(),
                        record.kind(),
                        record.eventTimeNs(),
                        record.logTimeNs(),
                        record.producerId(),
                        new String(record.key(), StandardCharsets.UTF_8),
                        new String(record.value(), StandardCharsets.UTF_8),
                        record.isIdleMark(),
                        record.kind() == RecordKind.WATERMARK ? record.originNs() : record.logTimeNs()))
                .toList();
    }
}
