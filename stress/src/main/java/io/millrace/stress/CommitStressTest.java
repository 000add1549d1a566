package io.millrace.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.millrace.log.record.RecordKind;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Claim, write and commit against a reader. */
@JCStressTest
@Description("a reader that sees the length sees the whole record")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "not yet committed")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "committed and whole")
@Outcome(expect = FORBIDDEN, desc = "torn, altered or lost")
@State
public class CommitStressTest {
    private final PartitionPool.Loan loan = PartitionPool.take();

    /** The appender. */
    @Actor
    public void commit() {
        PartitionPool.untilAccepted(() -> loan.first.claim(loan.claim, RecordKind.DATA, 1, 0, Payload.LENGTH));
        Payload.write(loan.claim.buffer(), loan.claim.valueOffset(), 1);
        loan.claim.commit();
    }

    /** The reader. */
    @Actor
    public void poll(final II_Result result) {
        loan.reader.poll(record -> result.r1 = Payload.number(record), 1);
    }

    /** In the end the record is there once. */
    @Arbiter
    public void arbiter(final II_Result result) {
        result.r2 = result.r1 == 0 ? 0 : result.r1;
        loan.reader.poll(record -> result.r2 = result.r2 == 0 ? Payload.number(record) : -2, 10);
        loan.giveBack();
    }
}
