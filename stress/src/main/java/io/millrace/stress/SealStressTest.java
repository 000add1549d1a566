package io.millrace.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.millrace.log.segment.SegmentDescriptor;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Claim against the close of a partition. */
@JCStressTest
@Description("the tail at which a segment was sealed lies behind every claim that succeeded")
@Outcome(id = "-1, 0", expect = ACCEPTABLE, desc = "sealed first: the claim is refused")
@Outcome(id = "0, 64", expect = ACCEPTABLE, desc = "claimed first: the tail counts it")
@Outcome(expect = FORBIDDEN, desc = "a claim that the close does not know of, or bytes that nobody claimed")
@State
public class SealStressTest {
    private static final int START = SegmentDescriptor.HEADER_LENGTH;

    private final SegmentPool.Loan loan = SegmentPool.take();

    /** Empties the segment. */
    public SealStressTest() {
        loan.resetFrom(START, 0);
    }

    /** The appender. */
    @Actor
    public void claim(final II_Result result) {
        final int offset = loan.segment.claim(Payload.RECORD_LENGTH);
        result.r1 = offset < 0 ? offset : offset - START;
    }

    /** The thread that closes. */
    @Actor
    public void seal(final II_Result result) {
        result.r2 = loan.segment.seal() - START;
    }

    /** Gives the segment back. */
    @Arbiter
    public void arbiter(final II_Result result) {
        loan.giveBack();
    }
}
