package io.millrace.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.millrace.log.ProducerAppender;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Two replicas of one producer, each of which appends the same two records. */
@JCStressTest
@Description("of two records that two replicas append, the partition holds one copy each, in order and whole")
@Outcome(id = "12", expect = ACCEPTABLE, desc = "each once, in order")
@Outcome(expect = FORBIDDEN, desc = "doubled, lost, out of order or altered")
@State
public class ReplicasStressTest {
    private static final int PRODUCER_ID = 1;
    private static final int WRONG = -1;

    private final PartitionPool.Loan loan = PartitionPool.take();
    private final List<ProducerAppender> replicas = loan.partition.sharedProducer(PRODUCER_ID, 2);
    private final long before = replicas.get(0).lastSequence();
    private int order;

    /** One replica. */
    @Actor
    public void first() {
        append(replicas.get(0));
    }

    /** The other. */
    @Actor
    public void second() {
        append(replicas.get(1));
    }

    private void append(final ProducerAppender replica) {
        final UnsafeBuffer value = new UnsafeBuffer(new byte[Payload.LENGTH]);
        for (int number = 1; number <= 2; number++) {
            Payload.write(value, 0, number);
            final long sequence = before + number;
            PartitionPool.untilHeld(
                    () -> replica.append(sequence, RecordKind.DATA, 0, null, 0, 0, value, 0, Payload.LENGTH));
        }
    }

    /** Reads what there is. */
    @Arbiter
    public void arbiter(final I_Result result) {
        replicas.forEach(ProducerAppender::close);
        while (loan.reader.poll(this::onRecord, 10) > 0) {
            continue;
        }
        result.r1 = order;
        loan.giveBack();
    }

    private void onRecord(final RecordFlyweight record) {
        final int number = (int) (record.sequence() - before);
        final boolean isWhole = record.producerId() == PRODUCER_ID
                && record.valueLength() == Payload.LENGTH
                && Payload.isWritten(record.buffer(), record.valueOffset(), number);
        order = !isWhole || order < 0 ? WRONG : 10 * order + number;
    }
}
