package io.millrace.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordKind;
import io.millrace.log.segment.Segment;
import java.util.concurrent.ThreadLocalRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Claim against claim in the last bytes of a segment, of which there are enough for none, for one or for both. */
@JCStressTest
@Description("claims at a segment's end do not overlap, and exactly one of those that do not fit pads the rest")
@Outcome(id = "0", expect = ACCEPTABLE, desc = "none fits")
@Outcome(id = "1", expect = ACCEPTABLE, desc = "the first fits")
@Outcome(id = "2", expect = ACCEPTABLE, desc = "the second fits")
@Outcome(id = "12", expect = ACCEPTABLE, desc = "both fit, the first before the second")
@Outcome(id = "21", expect = ACCEPTABLE, desc = "both fit, the second before the first")
@Outcome(expect = FORBIDDEN, desc = "an overlap, a gap, or padding where none belongs")
@State
public class SegmentEndStressTest {
    private static final int MOST = 3 * Payload.RECORD_LENGTH;

    private final SegmentPool.Loan loan = SegmentPool.take();
    private final int left = 8 * ThreadLocalRandom.current().nextInt(1, MOST / 8);
    private final int start = SegmentPool.LENGTH - left;

    /** Leaves so much room. */
    public SegmentEndStressTest() {
        loan.resetFrom(start, left);
    }

    /** One appender. */
    @Actor
    public void first() {
        append(1);
    }

    /** The other. */
    @Actor
    public void second() {
        append(2);
    }

    private void append(final int number) {
        final Segment segment = loan.segment;
        final int offset = segment.claim(Payload.RECORD_LENGTH);
        if (offset >= 0) {
            segment.begin(offset, Payload.RECORD_LENGTH);
            final UnsafeBuffer buffer = segment.buffer();
            RecordDescriptor.putHeader(buffer, offset, RecordKind.DATA, 0, 0, number, 1, 0);
            Payload.write(buffer, offset + Payload.HEADER_LENGTH, number);
            segment.commit(offset, Payload.RECORD_LENGTH);
        }
    }

    /** Walks over what they left. */
    @Arbiter
    public void arbiter(final I_Result result) {
        result.r1 = walk();
        loan.giveBack();
    }

    private int walk() {
        final UnsafeBuffer buffer = loan.segment.buffer();
        final int fitting = Math.min(2, left / Payload.RECORD_LENGTH);
        int offset = start;
        int numbers = 0;
        for (int i = 0; i < fitting; i++) {
            final int number = (int) RecordDescriptor.eventTimeNs(buffer, offset);
            if (buffer.getInt(offset) != Payload.RECORD_LENGTH
                    || !Payload.isWritten(buffer, offset + Payload.HEADER_LENGTH, number)) {
                return -1;
            }
            numbers = 10 * numbers + number;
            offset += Payload.RECORD_LENGTH;
        }
        final int rest = SegmentPool.LENGTH - offset;
        final boolean isPadded = fitting < 2 && rest >= Payload.HEADER_LENGTH;
        return isRestRight(buffer, offset, isPadded ? rest : 0) ? numbers : -2;
    }

    private static boolean isRestRight(final UnsafeBuffer buffer, final int offset, final int paddingLength) {
        if (paddingLength > 0) {
            return buffer.getInt(offset) == paddingLength
                    && RecordDescriptor.kind(buffer, offset) == RecordKind.PADDING;
        }
        for (int at = offset; at < SegmentPool.LENGTH; at += Long.BYTES) {
            if (buffer.getLong(at) != 0) {
                return false;
            }
        }
        return true;
    }
}
