package io.millrace.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.millrace.log.record.RecordChecksum;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.log.segment.SegmentDescriptor;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** The checksum of a committed record is filled while a reader checks it. */
@JCStressTest
@Description("a reader finds a record valid, whether its checksum is there yet or not")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "not yet filled, valid")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "filled, valid")
@Outcome(expect = FORBIDDEN, desc = "a checksum that is not the record's")
@State
public class ChecksumStressTest {
    private static final int OFFSET = SegmentDescriptor.HEADER_LENGTH;

    private final SegmentPool.Loan loan = SegmentPool.take();
    private final RecordChecksum checksum = new RecordChecksum();
    private final RecordFlyweight flyweight = new RecordFlyweight();
    private final UnsafeBuffer buffer = loan.segment.buffer();
    private final int expected;

    /** Commits a record without a checksum. */
    public ChecksumStressTest() {
        loan.resetFrom(OFFSET, Payload.RECORD_LENGTH);
        RecordDescriptor.putHeader(buffer, OFFSET, RecordKind.DATA, 0, 0, 1, 1, 0);
        Payload.write(buffer, OFFSET + Payload.HEADER_LENGTH, 1);
        loan.segment.commit(OFFSET, Payload.RECORD_LENGTH);
        expected = checksum.compute(buffer, OFFSET, Payload.RECORD_LENGTH, OFFSET);
    }

    /** Who follows the appenders. */
    @Actor
    public void fill() {
        checksum.fill(buffer, OFFSET, Payload.RECORD_LENGTH, OFFSET);
    }

    /** The reader. */
    @Actor
    public void check(final II_Result result) {
        flyweight.wrap(buffer, OFFSET, Payload.RECORD_LENGTH, OFFSET);
        final int crc = flyweight.crc();
        result.r1 = crc == RecordChecksum.UNFILLED ? 0 : crc == expected ? 1 : -1;
        result.r2 = flyweight.isChecksumValid() ? 1 : 0;
    }

    /** Gives the segment back. */
    @Arbiter
    public void arbiter(final II_Result result) {
        result.r2 = buffer.getInt(OFFSET + RecordDescriptor.CRC_OFFSET) == expected ? result.r2 : -1;
        loan.giveBack();
    }
}
