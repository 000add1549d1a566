package io.millrace.torture.check;

import java.util.TreeMap;

/**
 * Running sums of each account, and what the windows of a second hold of them, by a part of the sum. Each account lies in one
 * partition, and nothing is late, so the windows do not depend on the order in which the partitions are taken: they are all made
 * at the end.
 */
final class StagesReference implements Reference {
    private static final int PARTS = 16;

    private final TreeMap<Long, Long> sums = new TreeMap<>();
    private final TumblingWindows<Amounts> windows = new TumblingWindows<>(InputFormula.SECOND, 0, Amounts::new);
    private boolean hasEnded;

    @Override
    public void beginPartition(final int topic) {
        hasEnded = false;
    }

    @Override
    public void take(final StoredRecord record, final Outputs outputs) {
        hasEnded |= record.kind() == StoredRecord.Kind.WATERMARK && record.eventTimeNs() == SourceClock.END;
        if (!hasEnded && record.kind() == StoredRecord.Kind.DATA) {
            final long account = OutputRecord.longAt(record.key(), 0);
            final long sum = sums.merge(account, OutputRecord.longAt(record.value(), 1), Long::sum);
            windows.find(OutputRecord.longs(sum % PARTS), record.eventTimeNs(), SourceClock.NONE)
                    .add(sum);
        }
    }

    @Override
    public void finish(final Outputs outputs) {
        windows.close(
                SourceClock.END,
                (key, startNs, endNs, amounts) -> outputs.add(OUT, amounts.result(key, startNs, endNs)));
    }
}
