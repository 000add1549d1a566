package io.millrace.perf.compare.nexmark;

import io.millrace.examples.nexmark.NexmarkTrial;
import io.millrace.examples.nexmark.RowSum;
import io.millrace.log.LogStore;
import io.millrace.perf.compare.stream.StreamMeter;
import io.millrace.perf.compare.stream.StreamOutcome;

/** Ours, from the log to the log: a partition and a thread for each core, no checkpoints. Reading the file into the log is not timed. */
public final class JobQueries implements NexmarkContender {
    /** Creates one; nothing is open until it runs. */
    public JobQueries() {}

    @Override
    public StreamOutcome run(final NexmarkTask task) throws Exception {
        final StreamMeter meter = new StreamMeter();
        try (NexmarkTrial trial = new NexmarkTrial(task.directory().resolve("store"), task.events(), task.cores())) {
            final RowSum warm = trial.run(task.query(), "warm-up", () -> {}, () -> {});
            final RowSum timed = trial.run(task.query(), "timed", meter::begin, meter::end);
            if (timed.count() != warm.count() || timed.checksum() != warm.checksum()) {
                throw new IllegalStateException("two runs over one log gave " + warm.count() + " and " + timed.count()
                        + " rows, or other ones");
            }
            return StreamOutcome.of(trial.events(), meter, timed.count(), timed.checksum());
        }
    }

    @Override
    public String version() {
        final String version = LogStore.class.getPackage().getImplementationVersion();
        return version == null ? "from sources" : version;
    }
}
