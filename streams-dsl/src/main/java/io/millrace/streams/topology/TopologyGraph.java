package io.millrace.streams.topology;

import io.millrace.operators.core.ErrorPolicy;
import java.util.List;

/**
 * A topology that was checked and no longer changes.
 *
 * @param name    of the job.
 * @param sources in the order in which they were added.
 * @param onError what a task does with a record that it cannot process.
 */
public record TopologyGraph(String name, List<SourceNode> sources, ErrorPolicy onError) {
    /**
     * Takes a copy of the list.
     *
     * @param name of the job.
     * @param sources of the job.
     * @param onError policy.
     */
    public TopologyGraph {
        sources = List.copyOf(sources);
    }
}
