package io.millrace.log;

/**
 * Keeps the fields of whoever extends it away from the object before it in memory. Writers of several threads are often made
 * by one, so they lie side by side, and each is written to for every record.
 */
abstract class PaddedState {
    /** 120 bytes: two cache lines, as the processor fetches them in pairs. */
    @SuppressWarnings("unused")
    private long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14;
}
