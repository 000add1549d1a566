package io.millrace.log;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Some minutes with {@link FuzzTarget#OPERATIONS}, in the profile {@code fuzz} only. */
class LongOperationsFuzzTest {
    @FuzzTest(maxDuration = "5m")
    void shouldStandAnyBytes(final byte[] data) {
        FuzzTarget.OPERATIONS.run(data);
    }
}
