package io.millrace.log;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Some minutes with {@link FuzzTarget#SMALL_FILES}, in the profile {@code fuzz} only. */
class LongSmallFilesFuzzTest {
    @FuzzTest(maxDuration = "5m")
    void shouldStandAnyBytes(final byte[] data) {
        FuzzTarget.SMALL_FILES.run(data);
    }
}
