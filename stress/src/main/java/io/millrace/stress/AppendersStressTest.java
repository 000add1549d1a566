package io.millrace.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Append against append, in the middle of a segment. */
@JCStressTest
@Description("two appends take two places, and both records are read, whole and where the appenders were told")
@Outcome(id = "12", expect = ACCEPTABLE, desc = "both, the first before the second")
@Outcome(id = "21", expect = ACCEPTABLE, desc = "both, the second before the first")
@Outcome(expect = FORBIDDEN, desc = "overlapping, lost or altered")
@State
public class AppendersStressTest {
    private final PartitionPool.Loan loan = PartitionPool.take();
    private long firstPosition;
    private long secondPosition;

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

    /** Reads both. */
    @Arbiter
    public void arbiter(final I_Result result) {
        result.r1 = Appended.order(loan.reader, firstPosition, secondPosition);
        loan.giveBack();
    }
}
