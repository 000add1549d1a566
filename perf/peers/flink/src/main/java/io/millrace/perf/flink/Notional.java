package io.millrace.perf.flink;

/** What a trade or a pair was worth. */
public final class Notional {
    /** What was traded. */
    public long instrumentId;

    /** Price times quantity, or price times price. */
    public long notional;

    /** Creates one of nothing. */
    public Notional() {}

    static Notional of(final long instrumentId, final long notional) {
        final Notional result = new Notional();
        result.instrumentId = instrumentId;
        result.notional = notional;
        return result;
    }
}
