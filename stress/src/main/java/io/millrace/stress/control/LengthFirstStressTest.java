package io.millrace.stress.control;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.millrace.log.JdkAccess;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A commit before the payload, where the log has it behind. */
@JCStressTest
@Description("wrong on purpose: the length is stored before the payload")
@Outcome(id = "0", expect = ACCEPTABLE, desc = "not yet committed")
@Outcome(id = "1", expect = ACCEPTABLE, desc = "committed and whole")
@Outcome(expect = FORBIDDEN, desc = "torn")
@State
public class LengthFirstStressTest {
    static {
        JdkAccess.open();
    }

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[64]);

    /** The appender. */
    @Actor
    public void commit() {
        buffer.putIntRelease(0, 48);
        buffer.putLongRelease(40, 1);
    }

    /** The reader. */
    @Actor
    public void poll(final I_Result result) {
        if (buffer.getIntVolatile(0) > 0) {
            result.r1 = buffer.getLong(40) == 1 ? 1 : -1;
        }
    }
}
