package io.millrace.node;

import io.millrace.log.LogReader;
import io.millrace.log.LogTopic;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.transport.SubscriptionHandler;
import java.util.ArrayList;
import java.util.List;

/** Records as they came, per partition, with all their bytes. */
final class Received implements SubscriptionHandler {
    private final List<List<String>> partitions = new ArrayList<>();
    private int count;

    @Override
    public void onRecord(final int partition, final RecordFlyweight record) {
        while (partitions.size() <= partition) {
            partitions.add(new ArrayList<>());
        }
        partitions.get(partition).add(describe(record));
        count++;
    }

    int count() {
        return count;
    }

    List<List<String>> partitions() {
        return partitions;
    }

    /** What a reader of the log itself finds. */
    static List<List<String>> inLog(final LogTopic topic) {
        final Received received = new Received();
        for (int i = 0; i < topic.partitionCount(); i++) {
            final int partition = i;
            received.partitions.add(new ArrayList<>());
            try (LogReader reader = topic.partition(i).reader()) {
                while (reader.poll(record -> received.onRecord(partition, record), 1000) > 0) {
                    // until the end
                }
            }
        }
        return received.partitions;
    }

    private static String describe(final RecordFlyweight record) {
        final byte[] bytes = new byte[record.length()];
        record.buffer().getBytes(record.offset(), bytes);
        // The checksum slot is filled by the log's conductor, at any time.
        bytes[4] = bytes[5] = bytes[6] = bytes[7] = 0;
        return record.position() + " " + new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
    }
}
