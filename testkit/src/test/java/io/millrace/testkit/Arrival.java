package io.millrace.testkit;

import io.millrace.log.record.RecordKind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a window step meets in its partition: a value or the sum of several, under a key, or word of time.
 *
 * @param text of the value, null for a sum.
 */
record Arrival(
        byte kind,
        int producerId,
        long logTimeNs,
        long timeNs,
        boolean isIdle,
        long originNs,
        String key,
        Tally tally,
        String text) {
    /** A value is written as its key, its number, and a name of its own. */
    static String text(final String key, final long value, final int id) {
        return key + " " + value + " " + id;
    }

    static String keyOf(final String text) {
        return text.substring(0, text.indexOf(' '));
    }

    static long valueOf(final String text) {
        return Long.parseLong(text.split(" ")[1]);
    }

    boolean isData() {
        return kind == RecordKind.DATA;
    }

    boolean isWatermark() {
        return kind == RecordKind.WATERMARK;
    }

    boolean isTick() {
        return kind == RecordKind.TICK;
    }

    /** A partition as it lies in the log; of a split window, each value has a byte behind it that tells sums apart. */
    static List<Arrival> allOf(final List<RawRecord> records, final boolean isSplit) {
        return records.stream().map(record -> of(record, isSplit)).toList();
    }

    private static Arrival of(final RawRecord record, final boolean isSplit) {
        String key = null;
        Tally tally = null;
        String text = null;
        if (record.isData()) {
            final int length = record.value().length - (isSplit ? 1 : 0);
            if (isSplit && record.value()[length] == 1) {
                key = new String(record.key(), StandardCharsets.UTF_8);
                tally = Tally.read(new UnsafeBuffer(record.value(), 0, length));
            } else {
                text = new String(record.value(), 0, length, StandardCharsets.UTF_8);
                key = keyOf(text);
                tally = Tally.of(valueOf(text));
            }
        }
        return new Arrival(
                record.kind(),
                record.producerId(),
                record.logTimeNs(),
                record.eventTimeNs(),
                record.isIdleMark(),
                record.isData() ? record.logTimeNs() : record.originNs(),
                key,
                tally,
                text);
    }

    /** What was sent, whenever it arrived. */
    String content() {
        return (text == null ? "sum " + key + " " + tally : text) + " @" + timeNs;
    }
}
