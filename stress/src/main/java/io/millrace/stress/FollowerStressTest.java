package io.millrace.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.millrace.log.record.RecordChecksum;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordKind;
import io.millrace.log.segment.ProducerTable;
import io.millrace.log.segment.Segment;
import io.millrace.log.segment.SegmentCache;
import io.millrace.log.segment.SegmentDescriptor;
import io.millrace.log.segment.SegmentIndex;
import io.millrace.log.segment.TailFollower;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** An appender against who fills the checksums behind it. */
@JCStressTest
@Description("a checksum is computed over the whole record, never over one that is still written")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "nothing to fill yet")
@Outcome(id = "64, 1", expect = ACCEPTABLE, desc = "filled at once")
@Outcome(expect = FORBIDDEN, desc = "a checksum over half a record")
@State
public class FollowerStressTest {
    private static final int OFFSET = SegmentDescriptor.HEADER_LENGTH;

    private final SegmentPool.Loan loan = SegmentPool.take();
    private final Segment segment = loan.segment;
    private final SegmentCache cache = new SegmentCache(loan.files, false);
    private final TailFollower follower = new TailFollower(cache, SegmentPool.LENGTH, TailFollower.Listener.NONE);
    private final RecordChecksum checksum = new RecordChecksum();

    /** Lets the follower stand at the end of what is there: nothing. */
    public FollowerStressTest() {
        loan.resetFrom(OFFSET, Payload.RECORD_LENGTH);
        cache.adopt(segment);
        follower.start(OFFSET, new ProducerTable(), SegmentIndex.NO_CLOCK);
    }

    /** The appender. */
    @Actor
    public void append() {
        final int offset = segment.claim(Payload.RECORD_LENGTH);
        segment.begin(offset, Payload.RECORD_LENGTH);
        final UnsafeBuffer buffer = segment.buffer();
        RecordDescriptor.putHeader(buffer, offset, RecordKind.DATA, 0, 0, 1, 1, 0);
        Payload.write(buffer, offset + Payload.HEADER_LENGTH, 1);
        segment.commit(offset, Payload.RECORD_LENGTH);
    }

    /** The follower. */
    @Actor
    public void follow(final II_Result result) {
        follower.follow(0, SegmentPool.LENGTH);
        result.r1 = (int) follower.position() - OFFSET;
    }

    /** In the end the checksum is there and right. */
    @Arbiter
    public void arbiter(final II_Result result) {
        follower.follow(0, SegmentPool.LENGTH);
        follower.close();
        cache.close();
        final int actual = segment.buffer().getInt(OFFSET + RecordDescriptor.CRC_OFFSET);
        final int expected = checksum.compute(segment.buffer(), OFFSET, Payload.RECORD_LENGTH, OFFSET);
        result.r2 = actual == expected ? 1 : 0;
        loan.giveBack();
    }
}
