package io.millrace.log;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Some minutes with {@link FuzzTarget#SEGMENTS}, in the profile {@code fuzz} only. */
class LongSegmentsFuzzTest {
    @FuzzTest(maxDuration = "5m")
    void shouldStandAnyBytes(final byte[] data) {
        FuzzTarget.SEGMENTS.run(data);
    }
}
