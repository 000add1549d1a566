package io.millrace.node.demo;

/** How a run of the demo ended. */
public enum DemoResult {
    /** Every candle equals the recomputation, and every line of the file was a trade. */
    VERIFIED,

    /** Every candle equals the recomputation, but some lines of the file were not trades. */
    BAD_LINES,

    /** A candle differs from the recomputation. */
    MISMATCH,

    /** The process was told to stop before the end of the input. */
    STOPPED
}
