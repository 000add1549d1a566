package io.millrace.torture.check;

/** Amounts of each account in windows of a second. */
final class WindowsReference extends SourceReference {
    private static final long DISORDER_NS = 100 * InputFormula.MS;
    private static final long SIZE_NS = InputFormula.SECOND;
    private static final long GRACE_NS = 100 * InputFormula.MS;

    private TumblingWindows<Amounts> windows;

    WindowsReference() {
        super(DISORDER_NS);
    }

    @Override
    void begin() {
        windows = new TumblingWindows<>(SIZE_NS, GRACE_NS, Amounts::new);
    }

    @Override
    void onWatermark(final long beforeNs, final long watermarkNs, final Outputs outputs) {
        windows.close(
                watermarkNs, (key, startNs, endNs, amounts) -> outputs.add(OUT, amounts.result(key, startNs, endNs)));
    }

    @Override
    void onValue(final StoredRecord value, final long clockNs, final long watermarkNs, final Outputs outputs) {
        final Amounts amounts = windows.find(value.key(), value.eventTimeNs(), watermarkNs);
        if (amounts == null) {
            outputs.add(LATE, value.output());
        } else {
            amounts.add(OutputRecord.longAt(value.value(), 1));
        }
    }
}
