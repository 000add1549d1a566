package io.millrace.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.millrace.log.segment.Segment;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A reader that enters a segment against the owner that gives it up. A wrong answer here would end the process. */
@JCStressTest
@Description("memory that a reader has a reference to stays mapped, and goes when the last reference does")
@Outcome(id = "-1, 0", expect = ACCEPTABLE, desc = "unmapped before the reader came")
@Outcome(id = "65536, 0", expect = ACCEPTABLE, desc = "mapped until the reader left")
@Outcome(expect = FORBIDDEN, desc = "unmapped under the reader, or mapped for ever")
@State
public class ReferenceStressTest {
    private static final SegmentPool.Loan FILE = SegmentPool.take();

    private final Segment segment = FILE.files.open(0, true);

    /** The reader. */
    @Actor
    public void read(final II_Result result) {
        result.r1 = -1;
        if (segment.retain()) {
            // A touch of the memory itself, at both ends.
            final long touched = segment.buffer().getLong(0) ^ segment.buffer().getLong(SegmentPool.LENGTH - 8);
            result.r1 = touched == 0 ? -2 : segment.buffer().capacity();
            segment.release();
        }
    }

    /** The owner. */
    @Actor
    public void release() {
        segment.release();
    }

    /** Both have left. */
    @Arbiter
    public void arbiter(final II_Result result) {
        result.r2 = segment.buffer().capacity();
    }
}
