package io.millrace.log.segment;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Keeps the tail's cache line free of other fields: every appender writes it. */
abstract class SegmentTailPadding {
    /** 120 bytes before the value: two lines, as the processor fetches them in pairs. */
    @SuppressWarnings("unused")
    private long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14;
}

/** The value itself. */
abstract class SegmentTailValue extends SegmentTailPadding {
    /** Offset of the first byte that is not claimed; more than the segment's length when it is full. */
    protected volatile long value;
}

/** The tail of a segment: an atomic number alone on its cache lines. */
final class SegmentTail extends SegmentTailValue {
    private static final VarHandle VALUE;

    static {
        try {
            VALUE = MethodHandles.lookup().findVarHandle(SegmentTailValue.class, "value", long.class);
        } catch (final ReflectiveOperationException ex) {
            throw new ExceptionInInitializerError(ex);
        }
    }

    @SuppressWarnings("unused")
    private long q0, q1, q2, q3, q4, q5, q6, q7, q8, q9, q10, q11, q12, q13, q14;

    SegmentTail(final long initialValue) {
        value = initialValue;
    }

    long get() {
        return value;
    }

    void set(final long newValue) {
        value = newValue;
    }

    long getAndAdd(final long delta) {
        return (long) VALUE.getAndAdd(this, delta);
    }
}
