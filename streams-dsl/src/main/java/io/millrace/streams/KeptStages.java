package io.millrace.streams;

import io.millrace.log.LogStore;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.streams.plan.Plan;
import io.millrace.streams.plan.Stage;
import java.util.Set;

/** Finds stages of which there are checkpoints and that a topology does not have any more. */
final class KeptStages {
    private final LogStore store;
    private final Plan plan;
    private final Set<String> resets;

    KeptStages(final LogStore store, final Plan plan, final Set<String> resets) {
        this.store = store;
        this.plan = plan;
        this.resets = resets;
    }

    /** Refuses to lose what such a stage has kept, unless its name is among those that are reset. */
    void check() {
        final String prefix = plan.graph().name() + "/";
        for (final String producer : store.producerNames()) {
            // The name of a producer is job/stage/partition, and none of the three has a slash in it.
            final int end = producer.lastIndexOf('/');
            if (producer.startsWith(prefix) && end > prefix.length()) {
                check(producer.substring(prefix.length(), end));
            }
        }
    }

    private void check(final String stage) {
        if (plan.stages().stream().map(Stage::name).noneMatch(stage::equals)
                && !resets.contains(stage)
                && store.hasTopic(Plan.checkpointTopic(plan.graph().name(), stage))) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION,
                    "job " + plan.graph().name() + " has checkpoints of stage " + stage
                            + ", and the topology reads no source or exchange of that name any more; give it the name back,"
                            + " or drop what was kept behind it with JobContext.resetState(\"" + stage
                            + "\"), or replay into a new version: give the job another name and take over at a"
                            + " position, see docs/time-travel.md");
        }
    }
}
