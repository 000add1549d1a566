package io.millrace.torture.check;

/** Odd and even amounts of each account in one window of a second, of which the even ones are subtracted. */
final class TogetherReference extends SourceReference {
    static final String TOGETHER = "together";
    static final String LATE_EVEN = "late-even";

    private static final long DISORDER_NS = 100 * InputFormula.MS;
    private static final long SIZE_NS = InputFormula.SECOND;
    private static final long GRACE_NS = 100 * InputFormula.MS;

    private TumblingWindows<Amounts> windows;

    TogetherReference() {
        super(DISORDER_NS);
    }

    @Override
    void begin() {
        windows = new TumblingWindows<>(SIZE_NS, GRACE_NS, Amounts::new);
    }

    @Override
    void onWatermark(final long beforeNs, final long watermarkNs, final Outputs outputs) {
        windows.close(
                watermarkNs,
                (key, startNs, endNs, amounts) -> outputs.add(TOGETHER, amounts.result(key, startNs, endNs)));
    }

    @Override
    void onValue(final StoredRecord value, final long clockNs, final long watermarkNs, final Outputs outputs) {
        final Amounts amounts = windows.find(value.key(), value.eventTimeNs(), watermarkNs);
        final long amount = OutputRecord.longAt(value.value(), 1);
        final boolean isEven = amount % 2 == 0;
        if (amounts != null) {
            amounts.add(isEven ? -amount : amount);
        } else if (isEven) {
            outputs.add(LATE_EVEN, value.output());
        }
    }
}
