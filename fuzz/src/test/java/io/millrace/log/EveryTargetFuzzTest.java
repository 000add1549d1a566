package io.millrace.log;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Some seconds of every build: the first byte of an input chooses the target. */
class EveryTargetFuzzTest {
    @FuzzTest(maxDuration = "10s")
    void shouldStandAnyBytes(final byte[] data) {
        FuzzTarget.runAny(data);
    }
}
