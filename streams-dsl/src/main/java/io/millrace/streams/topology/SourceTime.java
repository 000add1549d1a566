package io.millrace.streams.topology;

import io.millrace.operators.task.EventTimes;
import io.millrace.operators.task.SourceWatermark;
import java.util.concurrent.TimeUnit;

/**
 * How time passes in a source topic.
 *
 * @param outOfOrdernessNs how far an event time may lie behind the largest one so far, in ns.
 * @param idleAfterNs      how long a partition may be silent before event time goes on without it, in ns;
 *                         {@link SourceWatermark#NEVER_IDLE} for ever.
 * @param maxAheadNs       how far an event time may lie ahead of log time, in ns; {@link EventTimes#ANY} for any distance.
 */
public record SourceTime(long outOfOrdernessNs, long idleAfterNs, long maxAheadNs) {
    /** In order, silent after five seconds, and no event time more than a day ahead. */
    public static final SourceTime DEFAULT = new SourceTime(0, TimeUnit.SECONDS.toNanos(5), TimeUnit.DAYS.toNanos(1));
}
