package io.millrace.testkit.conformance;

import io.millrace.log.KeyHash;
import io.millrace.log.record.RecordKind;
import io.millrace.testkit.conformance.Meaning.Item;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import org.agrona.concurrent.UnsafeBuffer;

/** What a task has to write, by topic and partition. */
final class Written {
    private final int taskPartition;
    private final ToIntFunction<String> partitionCounts;
    private final Map<String, List<String>> lines = new TreeMap<>();

    Written(final int taskPartition, final ToIntFunction<String> partitionCounts) {
        this.taskPartition = taskPartition;
        this.partitionCounts = partitionCounts;
    }

    Map<String, List<String>> lines() {
        return lines;
    }

    static String valueLine(final String key, final long timeNs, final String text) {
        return key + " @" + timeNs + ": " + text;
    }

    static String watermarkLine(final long timeNs, final long originNs, final boolean isIdle) {
        return "watermark " + timeNs + " made at " + originNs + (isIdle ? " idle" : "");
    }

    private void add(final String topic, final int partition, final String line) {
        lines.computeIfAbsent(topic + "/" + partition, name -> new ArrayList<>())
                .add(line);
    }

    Meaning sink(final String topic) {
        return (moment, item) -> add(topic, partition(topic, item), valueLine(item.key(), item.timeNs(), item.text()));
    }

    private int partition(final String topic, final Item item) {
        final byte[] key = item.key().getBytes(StandardCharsets.UTF_8);
        final int count = partitionCounts.applyAsInt(topic);
        return key.length == 0 ? taskPartition % count : KeyHash.partition(new UnsafeBuffer(key), 0, key.length, count);
    }

    /** An exchange: values as in a sink, and watermarks in all partitions where they reach the next multiple of a step. */
    Meaning exchange(final String topic, final long stepNs) {
        final Meaning values = sink(topic);
        return new Meaning() {
            private long toldNs = PartitionTime.NONE;
            private long toldOriginNs = PartitionTime.NONE;
            private boolean isToldIdle;

            @Override
            public void take(final Moment moment, final Item item) {
                values.take(moment, item);
            }

            @Override
            public void onWatermark(final Moment moment) {
                final long now = moment.watermarkNs();
                final boolean isFurther = now > toldNs
                        && (toldNs == PartitionTime.NONE
                                || now == PartitionTime.END
                                || Math.floorDiv(now, stepNs) > Math.floorDiv(toldNs, stepNs));
                // A silent input tells of each tick, unless log time stands still.
                final boolean isSilence = moment.isIdle() && moment.entry().kind() == RecordKind.TICK;
                final boolean isNews =
                        now != toldNs || moment.originNs() != toldOriginNs || moment.isIdle() != isToldIdle;
                if (isFurther || (isSilence || isToldIdle && !moment.isIdle()) && isNews) {
                    toldNs = now;
                    toldOriginNs = moment.originNs();
                    isToldIdle = moment.isIdle();
                    for (int i = 0; i < partitionCounts.applyAsInt(topic); i++) {
                        add(topic, i, watermarkLine(now, toldOriginNs, isToldIdle));
                    }
                }
            }
        };
    }
}
