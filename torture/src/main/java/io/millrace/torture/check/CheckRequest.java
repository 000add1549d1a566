package io.millrace.torture.check;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is to be checked.
 *
 * @param store       directory of a store that was closed in order; nothing is changed in it.
 * @param topology    name of what the job does, see {@link Checker#topologies()}.
 * @param seed        of the generated input; means nothing for recorded input.
 * @param count       how many records were to be fed, not negative.
 * @param inputs      topics that the job reads, each with as many partitions as the others.
 * @param tortured    topics that the job wrote while it suffered, by the names that the topology gives to its outputs.
 * @param undisturbed topics that the same job wrote undisturbed, by the same names.
 * @param damaged     partitions, such as {@code job.in.checkpoints/0}, that were damaged on purpose, so that nothing is asked of
 *                    their bytes.
 */
public record CheckRequest(
        Path store,
        String topology,
        long seed,
        long count,
        List<String> inputs,
        Map<String, String> tortured,
        Map<String, String> undisturbed,
        Set<String> damaged) {
    /**
     * Checks and copies what is given.
     *
     * @param store       directory of a store.
     * @param topology    name of what the job does.
     * @param seed        of the input.
     * @param count       of the input's records.
     * @param inputs      topics.
     * @param tortured    topics by output.
     * @param undisturbed topics by output.
     * @param damaged     partitions.
     * @throws IllegalArgumentException if the topology is unknown, the count negative, or an output has no topic.
     */
    public CheckRequest {
        inputs = List.copyOf(inputs);
        tortured = Map.copyOf(tortured);
        undisturbed = Map.copyOf(undisturbed);
        damaged = Set.copyOf(damaged);
        if (count < 0) {
            throw new IllegalArgumentException("no number of records: " + count);
        }
        final Set<String> outputs = TortureTopology.named(topology).outputs().stream()
                .map(ReferenceOutput::name)
                .collect(Collectors.toSet());
        if (!tortured.keySet().equals(outputs) || !undisturbed.keySet().equals(outputs)) {
            throw new IllegalArgumentException("topology " + topology + " has the outputs " + outputs + ", not "
                    + tortured.keySet() + " and " + undisturbed.keySet());
        }
    }
}
