package io.millrace.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.millrace.log.record.RecordKind;
import io.millrace.log.record.RecordMemory;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** A batch, whose first header is written while it is open already, against its revocation. */
@JCStressTest
@Description("a header that comes late does not turn padding into a record")
@Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "committed: a whole record")
@Outcome(id = "0, 64, 2", expect = ACCEPTABLE, desc = "revoked: padding")
@Outcome(expect = FORBIDDEN, desc = "both, neither, or something else in the log")
@State
public class BatchRevocationStressTest {
    private final OpenClaim claim = new OpenClaim(false);

    /** The owner of the batch. */
    @Actor
    public void commit(final III_Result result) {
        if (RecordMemory.putFirstHeader(claim.address, RecordKind.DATA, 0, 0, 1, 1, 0)) {
            result.r1 = claim.writeAndCommit() ? 1 : 0;
        }
    }

    /** The conductor. */
    @Actor
    public void revoke(final III_Result result) {
        result.r2 = RecordMemory.revoke(claim.address, Payload.RECORD_LENGTH);
    }

    /** What is in the log. */
    @Arbiter
    public void arbiter(final III_Result result) {
        result.r3 = claim.read();
        claim.loan.giveBack();
    }
}
