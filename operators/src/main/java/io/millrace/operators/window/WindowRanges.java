package io.millrace.operators.window;

/** What lengths and grace windows take, so that no bound of a window wraps round. */
final class WindowRanges {
    private WindowRanges() {}

    static long checkLength(final String name, final String what, final long lengthNs) {
        if (lengthNs < 1 || lengthNs > WindowFrames.MAX_NS) {
            throw new IllegalArgumentException(
                    "the " + what + " must be 1 to 2^60 ns, window " + name + " has " + lengthNs);
        }
        return lengthNs;
    }

    static long checkGrace(final String name, final long graceNs) {
        if (graceNs < 0 || graceNs > WindowFrames.MAX_NS) {
            throw new IllegalArgumentException("the grace must be 0 to 2^60 ns, window " + name + " has " + graceNs);
        }
        return graceNs;
    }
}
