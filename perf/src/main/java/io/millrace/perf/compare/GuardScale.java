package io.millrace.perf.compare;

import io.millrace.perf.compare.child.Scale;

/**
 * How much the guard measures.
 *
 * @param log     of the log.
 * @param streams of stream jobs.
 * @param pairs   of each figure unless said otherwise.
 */
record GuardScale(Scale log, StreamScale streams, int pairs) {
    /** Within six minutes on two cores, the build in front of it included. */
    static final GuardScale USUAL = new GuardScale(Scale.GUARD, StreamScale.GUARD, StreamScale.GUARD.runs);

    /** For tests: too little to mean anything. */
    static final GuardScale TINY = new GuardScale(Scale.TINY, StreamScale.TINY, 1);
}
