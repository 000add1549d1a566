package io.millrace.perf.compare.scale.child;

import io.millrace.log.LogAppender;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import org.agrona.concurrent.UnsafeBuffer;

/** Records of 128 bytes of payload that carry a number each. */
final class Numbered {
    static final int LENGTH = 128;

    private final UnsafeBuffer message = new UnsafeBuffer(new byte[LENGTH]);

    /** Appends the records with numbers from one to another, exclusive. */
    void append(final LogAppender appender, final long from, final long to) {
        for (long number = from; number < to; number++) {
            append(appender, number);
        }
    }

    private void append(final LogAppender appender, final long number) {
        message.putLong(0, number);
        while (true) {
            final long outcome = appender.append(RecordKind.DATA, number, null, 0, 0, message, 0, LENGTH);
            if (outcome > 0) {
                return;
            }
            if (outcome != Outcome.BACK_PRESSURED) {
                throw new IllegalStateException("the log refused a record: " + Outcome.name(outcome));
            }
            Thread.onSpinWait();
        }
    }

    /** The message with a number; valid until the next one is made. */
    UnsafeBuffer at(final long number) {
        message.putLong(0, number);
        return message;
    }

    /** What a record adds to a checksum: the mixer of SplitMix64. */
    static long mix(final long number) {
        long mixed = number + 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }

    /** The checksum over the first numbers. */
    static long checksum(final long count) {
        long sum = 0;
        for (long number = 0; number < count; number++) {
            sum += mix(number);
        }
        return sum;
    }
}
