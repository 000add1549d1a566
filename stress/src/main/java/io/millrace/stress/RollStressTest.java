package io.millrace.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.millrace.log.segment.SegmentInspection;
import java.util.concurrent.ThreadLocalRandom;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Append against append where the segment ends: at least one of them has to roll. */
@JCStressTest
@Description("appends at a segment's end go to the next one, and the full one stays without a gap")
@Outcome(id = "12", expect = ACCEPTABLE, desc = "both, the first before the second")
@Outcome(id = "21", expect = ACCEPTABLE, desc = "both, the second before the first")
@Outcome(expect = FORBIDDEN, desc = "overlapping, lost, altered, or a segment that is not padded once")
@State
public class RollStressTest {
    private final PartitionPool.Loan loan = PartitionPool.take();
    private final int left = 8 * ThreadLocalRandom.current().nextInt(1, 2 * Payload.RECORD_LENGTH / 8);
    private final long fullBase;
    private final long paddingBefore;
    private long firstPosition;
    private long secondPosition;

    /** Leaves room for one record at most. */
    public RollStressTest() {
        loan.fillUpTo(left);
        fullBase = loan.partition.tailPosition() & -PartitionPool.SEGMENT_LENGTH;
        paddingBefore = inspect().paddingLength();
    }

    private SegmentInspection inspect() {
        return loan.partition.inspect(fullBase, false, record -> true);
    }

    /** One appender. */
    @Actor
    public void first() {
        firstPosition = PartitionPool.untilAccepted(() -> Payload.append(loan.first, 1));
    }

    /** The other. */
    @Actor
    public void second() {
        secondPosition = PartitionPool.untilAccepted(() -> Payload.append(loan.second, 2));
    }

    /** Reads both, and looks at the segment that is full. */
    @Arbiter
    public void arbiter(final I_Result result) {
        result.r1 = isPaddedOnce() ? Appended.order(loan.reader, firstPosition, secondPosition) : -2;
        loan.giveBack();
    }

    private boolean isPaddedOnce() {
        final int rest = left >= Payload.RECORD_LENGTH ? left - Payload.RECORD_LENGTH : left;
        final long padding = rest >= Payload.HEADER_LENGTH ? rest : 0;
        final SegmentInspection inspection = inspect();
        return inspection.isIntact()
                && inspection.openClaims() == 0
                && inspection.paddingLength() - paddingBefore == padding;
    }
}
