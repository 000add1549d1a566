package io.millrace.torture.check;

/**
 * What the outside has said of each amount: its square, and of one that can be divided by 7 nothing, for which the amount with its
 * sign changed stands in. In the order of the replies nothing is said of one that can be divided by 97, and that is left out. The
 * replies in the order of the amounts are added up in windows of a second; nothing is late.
 */
final class AnsweredReference extends SourceReference {
    static final String WINDOWS = "windows";
    static final String UNORDERED = "unordered";

    private static final long DISORDER_NS = 2_200 * InputFormula.MS;

    private TumblingWindows<Amounts> windows;

    AnsweredReference() {
        super(DISORDER_NS);
    }

    @Override
    void begin() {
        windows = new TumblingWindows<>(InputFormula.SECOND, 0, Amounts::new);
    }

    @Override
    void onWatermark(final long beforeNs, final long watermarkNs, final Outputs outputs) {
        windows.close(
                watermarkNs,
                (key, startNs, endNs, amounts) -> outputs.add(WINDOWS, amounts.result(key, startNs, endNs)));
    }

    @Override
    void onValue(final StoredRecord value, final long clockNs, final long watermarkNs, final Outputs outputs) {
        final long id = OutputRecord.longAt(value.value(), 0);
        final long amount = OutputRecord.longAt(value.value(), 1);
        final long reply = amount % 7 == 0 ? -amount : amount * amount;
        outputs.add(OUT, OutputRecord.data(value.eventTimeNs(), value.key(), OutputRecord.longs(id, reply)));
        windows.find(value.key(), value.eventTimeNs(), watermarkNs).add(reply);
        if (amount % 97 != 0) {
            outputs.add(
                    UNORDERED,
                    OutputRecord.data(value.eventTimeNs(), value.key(), OutputRecord.longs(id, amount * amount)));
        }
    }
}
