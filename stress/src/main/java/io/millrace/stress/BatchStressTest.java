package io.millrace.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.millrace.log.BatchClaim;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** The commit of a batch against a reader. */
@JCStressTest
@Description("a reader sees all records of a batch or none")
@Outcome(id = "0, 123", expect = ACCEPTABLE, desc = "not yet committed")
@Outcome(id = "123, 123", expect = ACCEPTABLE, desc = "all of it")
@Outcome(expect = FORBIDDEN, desc = "a part of the batch, or altered records")
@State
public class BatchStressTest {
    private static final int COUNT = 3;

    private final PartitionPool.Loan loan = PartitionPool.take();
    private final BatchClaim batch = new BatchClaim();

    /** The appender. */
    @Actor
    public void commit() {
        final int length = COUNT * BatchClaim.recordLength(0, Payload.LENGTH);
        PartitionPool.untilAccepted(() -> loan.first.claimBatch(batch, length));
        for (int number = 1; number <= COUNT; number++) {
            batch.next(RecordKind.DATA, number, 0, Payload.LENGTH);
            Payload.write(batch.buffer(), batch.valueOffset(), number);
        }
        batch.commit();
    }

    /** The reader. */
    @Actor
    public void poll(final II_Result result) {
        loan.reader.poll(record -> result.r1 = add(result.r1, record), 10);
    }

    /** In the end all of it is there once. */
    @Arbiter
    public void arbiter(final II_Result result) {
        result.r2 = result.r1;
        loan.reader.poll(record -> result.r2 = add(result.r2, record), 10);
        loan.giveBack();
    }

    private static int add(final int numbers, final RecordFlyweight record) {
        final int number = Payload.number(record);
        return numbers < 0 || number < 1 ? -1 : 10 * numbers + number;
    }
}
