package io.millrace.log;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import java.util.ArrayList;
import java.util.List;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Does to a partition what an input says, in any order, and keeps a list of what must be in it. Each record carries its number
 * in every byte of its value.
 */
final class ModelledOperations {
    private static final int MAX_STEPS = 200;
    private static final int MAX_LENGTH = FuzzStore.SEGMENT_LENGTH / 4 - 200;

    private final FuzzStore files = new FuzzStore();
    private final CountingClock clock = new CountingClock();
    private final RecordClaim claim = new RecordClaim();
    private final BatchClaim batch = new BatchClaim();
    private final List<Entry> expected = new ArrayList<>();
    private final UnsafeBuffer value = new UnsafeBuffer(new byte[MAX_LENGTH]);

    private LogStore store;
    private LogPartition partition;
    private LogAppender appender;
    private ProducerAppender producer;
    private LogReader reader;
    private long nextSequence;
    private int nextNumber;
    private int nextRead;

    void run(final FuzzInput input) {
        open();
        try {
            for (int i = 0; i < MAX_STEPS && input.hasMore(); i++) {
                step(input);
            }
            reopen();
        } finally {
            store.close();
        }
    }

    private void open() {
        store = LogStore.launch(files.context().clock(clock));
        partition = store.createTopic(TopicSpec.named("t")).partition(0);
        appender = partition.appender();
        producer = partition.producer(store.producerId("p"));
        check("last sequence", producer.lastSequence(), nextSequence - 1);
        reader = partition.reader();
        nextRead = 0;
    }

    private void step(final FuzzInput input) {
        switch (input.next(12)) {
            case 0 -> append(input.nextByte());
            case 1 -> append(input.next(MAX_LENGTH));
            case 2 -> claim(input.nextByte(), input.next(4) > 0);
            case 3 -> batch(input.next(6), input.nextByte(), input.next(4));
            case 4 -> produce(nextSequence, input.nextByte());
            case 5 -> produce(nextSequence - input.next(5), input.nextByte());
            case 6 -> produce(nextSequence + input.next(3), input.nextByte());
            case 7 -> poll(input.next(10));
            case 8 -> seek(input.next(Math.max(1, expected.size())), input.next(3));
            case 9 -> seekToLogTime(input.next(Math.max(1, expected.size())));
            case 10 -> store.invokeConductor(System.nanoTime());
            default -> {
                if (input.next(4) == 0) {
                    reopen();
                }
            }
        }
    }

    private UnsafeBuffer fill(final int length) {
        value.setMemory(0, length, (byte) nextNumber);
        return value;
    }

    private void append(final int length) {
        final long position = appender.append(RecordKind.DATA, nextNumber, null, 0, 0, fill(length), 0, length);
        appended(position, length);
    }

    /** Notes a record, unless there was no segment for it. */
    private boolean appended(final long position, final int length) {
        if (position == Outcome.BACK_PRESSURED) {
            store.invokeConductor(System.nanoTime());
            return false;
        }
        if (position < 0) {
            throw new AssertionError("not appended: outcome=" + position);
        }
        expected.add(new Entry(position, nextNumber++, length));
        return true;
    }

    private void claim(final int length, final boolean commits) {
        final long position = appender.claim(claim, RecordKind.DATA, nextNumber, 3, length);
        if (position < 0) {
            appended(position, 0);
        } else if (commits) {
            claim.buffer().setMemory(0, length + 3, (byte) nextNumber);
            claim.commit();
            appended(position, length);
        } else {
            claim.abort();
        }
    }

    private void batch(final int count, final int length, final int end) {
        final int total = Math.max(1, count) * BatchClaim.recordLength(0, length);
        final long first = appender.claimBatch(batch, total);
        if (first < 0) {
            appended(first, 0);
            return;
        }
        final List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final int number = nextNumber + i;
            final long position = batch.next(RecordKind.DATA, number, 0, length);
            final MutableDirectBuffer payload = batch.buffer();
            payload.setMemory(0, length, (byte) number);
            entries.add(new Entry(position, number, length));
        }
        if (end == 0) {
            batch.abort();
        } else {
            batch.commit();
            expected.addAll(entries);
            nextNumber += count;
        }
    }

    private void produce(final long sequence, final int length) {
        if (sequence < 0) {
            return;
        }
        final long result;
        try {
            result = producer.append(sequence, RecordKind.DATA, nextNumber, null, 0, 0, fill(length), 0, length);
        } catch (final MillraceException ex) {
            if (ex.code() != ErrorCode.SEQUENCE_GAP || sequence <= nextSequence) {
                throw new AssertionError("refused: expected=" + nextSequence + " actual=" + sequence, ex);
            }
            return;
        }
        if (sequence < nextSequence) {
            check("outcome of a duplicate", result, Outcome.DUPLICATE);
        } else if (appended(result, length)) {
            check("sequence", sequence, nextSequence);
            nextSequence++;
        }
    }

    private void poll(final int limit) {
        final int count = reader.poll(this::onRecord, limit);
        if (count < limit) {
            check("records read", nextRead, expected.size());
            if (!reader.isAtEnd()) {
                throw new AssertionError("not at the end: " + reader);
            }
        }
    }

    private void onRecord(final RecordFlyweight record) {
        if (nextRead == expected.size()) {
            throw new AssertionError("a record that was not appended: " + record);
        }
        final Entry entry = expected.get(nextRead++);
        check("position", record.position(), entry.position);
        check("number", record.eventTimeNs(), entry.number);
        check("length", record.valueLength(), entry.length);
        for (int i = 0; i < entry.length; i++) {
            check("byte", record.buffer().getByte(record.valueOffset() + i), (byte) entry.number);
        }
        if (!record.isChecksumValid()) {
            throw new AssertionError("checksum mismatch: " + record);
        }
    }

    /** Seeks to a record, or to a byte behind its first. */
    private void seek(final int index, final int behind) {
        if (expected.isEmpty()) {
            return;
        }
        reader.seek(expected.get(index).position + behind);
        nextRead = behind == 0 ? index : index + 1;
    }

    /** All log times differ but those within a batch. */
    private void seekToLogTime(final int index) {
        if (expected.isEmpty()) {
            return;
        }
        final long[] timeNs = {0};
        seek(index, 0);
        reader.poll(record -> timeNs[0] = record.logTimeNs(), 1);
        reader.seekToLogTime(timeNs[0]);
        final long[] found = new long[2];
        reader.poll(record -> found[0] = record.logTimeNs(), 1);
        check("log time", found[0], timeNs[0]);
        seek(index, 0);
    }

    private void reopen() {
        readToEnd();
        store.close();
        open();
        readToEnd();
    }

    private void readToEnd() {
        while (reader.poll(this::onRecord, 100) > 0) {
            continue;
        }
        check("records read", nextRead, expected.size());
    }

    private static void check(final String what, final long actual, final long expected) {
        if (actual != expected) {
            throw new AssertionError(what + ": expected=" + expected + " actual=" + actual);
        }
    }

    private record Entry(long position, int number, int length) {}
}
