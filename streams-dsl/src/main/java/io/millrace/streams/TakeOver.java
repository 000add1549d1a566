package io.millrace.streams;

import io.millrace.log.LogStore;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces a job by its next version. The next version builds its state of the same sources while it is muted; both stop in order at the
 * same positions; from there on the next version is heard, in the topics that the one before wrote.
 *
 * <p>Whatever is killed at whatever instant, the same calls again end the same way: until the one before is marked as replaced
 * it is the one that is heard, and from then on it is the other. What the outputs are then is what the one before makes of the
 * input up to the positions, and behind it what the next version makes of the input from there on, knowing all before.
 *
 * <p>Used by one thread. Neither job runs while {@link #start} is called; the one before may while {@link #prepare} is.
 */
public final class TakeOver {
    private static final Logger LOGGER = LoggerFactory.getLogger(Job.class);

    private final LogStore store;
    private final Version old;
    private final Version next;

    /**
     * Plans a take-over.
     *
     * @param store that holds the sources and the outputs.
     * @param old   the version that is heard so far.
     * @param next  the version that is to be heard; under another name.
     * @throws IllegalArgumentException if both have the same name.
     */
    public TakeOver(final LogStore store, final Version old, final Version next) {
        if (old.name().equals(next.name())) {
            throw new IllegalArgumentException("job " + old.name()
                    + " cannot take over from itself; give the next version another name, with Topology.named or"
                    + " JobContext.jobName");
        }
        this.store = store;
        this.old = old;
        this.next = next;
    }

    /**
     * Runs the next version, muted, up to where the sources end now, so that {@link #start} has little left to do. The version
     * before may run meanwhile. May be called again, and need not be called at all.
     *
     * @param timeout how long it may take.
     * @throws InterruptedException if the thread is interrupted while it waits.
     * @throws TimeoutException     when it took longer.
     * @throws io.millrace.log.error.MillraceException or another error that stopped the job.
     */
    public void prepare(final Duration timeout) throws InterruptedException, TimeoutException {
        if (!hasHandedOver()) {
            stop(next, SourcePositions.end(), true, timeout);
        }
    }

    /**
     * Stops both versions where the sources end now, and starts the next one from there. Where that was done before, it just starts the
     * next version.
     *
     * @param timeout how long each of the two may take to come there.
     * @return the next version, running.
     * @throws InterruptedException if the thread is interrupted while it waits.
     * @throws TimeoutException     when one took longer. The version before may be started again then, and goes on.
     * @throws io.millrace.log.error.MillraceException or another error that stopped a job; the same is true then.
     */
    public Job start(final Duration timeout) throws InterruptedException, TimeoutException {
        if (!hasHandedOver()) {
            final SourcePositions positions = stop(old, SourcePositions.end(), false, timeout);
            stop(next, positions, true, timeout);
            final RangeTopic topic = new RangeTopic(store, old.name());
            final JobRange range = topic.read();
            topic.write((range == null ? JobRange.of(Map.of(), Map.of(), "", false) : range).handedOver(next.name()));
            LOGGER.info("job {} takes over from job {} at {}", next.name(), old.name(), positions);
        }
        return with(next, null, false, () -> Job.start(store, next.topology, next.context));
    }

    private boolean hasHandedOver() {
        final JobRange range = new RangeTopic(store, old.name()).read();
        return range != null
                && range.phase() == JobRange.Phase.HANDED_OVER
                && range.successor().equals(next.name());
    }

    private SourcePositions stop(
            final Version version, final SourcePositions at, final boolean isMuted, final Duration timeout)
            throws InterruptedException, TimeoutException {
        final Job started = with(version, at, isMuted, () -> Job.start(store, version.topology, version.context));
        try (Job job = started) {
            if (!job.awaitCompletion(timeout)) {
                throw new TimeoutException("job " + version.name() + " has not come to " + job.stopPositions()
                        + " within " + timeout + "; give it more time");
            }
            return job.stopPositions();
        }
    }

    // The settings of a take-over are those of a run; the caller's are given back.
    private static Job with(
            final Version version, final SourcePositions at, final boolean isMuted, final Supplier<Job> start) {
        final JobContext context = version.context;
        final SourcePositions stopAt = context.stopAt();
        final boolean wasMuted = context.isMuted();
        try {
            context.stopAt(at).muted(isMuted);
            return start.get();
        } finally {
            context.stopAt(stopAt).muted(wasMuted);
        }
    }

    /**
     * A version of a job.
     *
     * @param topology what it does.
     * @param context  how it runs; what it says of stops and of being muted does not count.
     */
    public record Version(Topology topology, JobContext context) {
        String name() {
            return context.jobName() == null ? topology.name() : context.jobName();
        }
    }
}
