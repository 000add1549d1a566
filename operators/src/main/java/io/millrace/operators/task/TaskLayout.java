package io.millrace.operators.task;

import java.util.List;
import java.util.Set;

/**
 * What a checkpoint has to fit to be restored.
 *
 * @param topology  the steps of the stage and what they are, in words. Where it differs, the task makes other outputs than
 *                  before, so it may only go on where no output has to be made again.
 * @param input     the exchange that is read, how its records are written and who writes them, in words; empty for a source.
 * @param exchanges topics of the exchanges that the stage writes to.
 * @param states    what the operators of the task keep.
 * @param resets    names of operators whose state is dropped where it does not fit.
 */
public record TaskLayout(
        String topology, String input, Set<String> exchanges, List<NamedState> states, Set<String> resets) {
    /**
     * Keeps the collections as they are now.
     *
     * @param topology  the steps of the stage.
     * @param input     the exchange that is read.
     * @param exchanges that the stage writes to.
     * @param states    of the operators.
     * @param resets    names of operators.
     */
    public TaskLayout {
        exchanges = Set.copyOf(exchanges);
        states = List.copyOf(states);
        resets = Set.copyOf(resets);
    }
}
