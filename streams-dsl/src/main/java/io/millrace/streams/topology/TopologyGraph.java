package io.millrace.streams.topology;

import io.millrace.operators.core.ErrorPolicy;
import java.util.List;

/**
 * A checked topology.
 *
 * @param name    of the job.
 * @param sources topics that are read, in the order in which they were named; all else follows them.
 * @param onError what is done with a value that makes a function fail, where the step does not say.
 */
public record TopologyGraph(String name, List<SourceNode> sources, ErrorPolicy onError) {
    /**
     * Keeps the list as it is now.
     *
     * @param name    of the job.
     * @param sources topics that are read.
     * @param onError policy where the step does not say.
     */
    public TopologyGraph {
        sources = List.copyOf(sources);
    }
}
