package io.millrace.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.millrace.log.record.RecordMemory;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** The revocation of a claim against a reader. */
@JCStressTest
@Description("a reader takes a claim that is revoked for nothing, and then for padding")
@Outcome(id = "0, 2", expect = ACCEPTABLE, desc = "not yet")
@Outcome(id = "2, 2", expect = ACCEPTABLE, desc = "padding")
@Outcome(expect = FORBIDDEN, desc = "a record that nobody committed")
@State
public class RevokedReaderStressTest {
    private final OpenClaim claim = new OpenClaim(true);

    /** The conductor. */
    @Actor
    public void revoke() {
        RecordMemory.revoke(claim.address, Payload.RECORD_LENGTH);
    }

    /** The reader. */
    @Actor
    public void read(final II_Result result) {
        result.r1 = claim.read();
    }

    /** What is in the log. */
    @Arbiter
    public void arbiter(final II_Result result) {
        result.r2 = claim.read();
        claim.loan.giveBack();
    }
}
