package io.millrace.torture.job;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a life is told on its command line.
 *
 * @param store              directory of the store.
 * @param topology           that is run.
 * @param isCalm             whether this is the undisturbed run, without checkpoints.
 * @param seed               of the input.
 * @param partitions         of the input.
 * @param inputs             records of the whole input.
 * @param limit              records of it that may be there when this life ends; with all of them comes the end of the input.
 * @param recordsPerMs       how fast they are appended at most; 0 for as fast as it goes.
 * @param fromStart          whether the feed sends all of its input again, or begins behind what the log holds.
 * @param checkpointMs       time between two checkpoints.
 * @param closeAfterMs       when the life closes in order although the input has not ended; 0 for never.
 * @param clockSeed          decides how the clock jumps; 0 for not at all.
 * @param fullAfterMs        when the storage begins to refuse; 0 for never.
 * @param fullForMs          how long it refuses.
 */
public record LifeOptions(
        Path store,
        TopologyName topology,
        boolean isCalm,
        long seed,
        int partitions,
        long inputs,
        long limit,
        int recordsPerMs,
        boolean fromStart,
        int checkpointMs,
        int closeAfterMs,
        long clockSeed,
        int fullAfterMs,
        int fullForMs) {
    private static final int SHORT_CHECKPOINT_MS = 20;

    /**
     * A life from the beginning of the input to its end, to which nothing happens.
     *
     * @param store      directory of the store.
     * @param topology   that is run.
     * @param isCalm     whether it takes no checkpoints and has outputs of its own.
     * @param seed       of the input.
     * @param partitions of the input.
     * @param inputs     records of the input.
     * @return its options.
     */
    public static LifeOptions whole(
            final Path store,
            final TopologyName topology,
            final boolean isCalm,
            final long seed,
            final int partitions,
            final long inputs) {
        return new LifeOptions(
                store, topology, isCalm, seed, partitions, inputs, inputs, 0, false, SHORT_CHECKPOINT_MS, 0, 0, 0, 0);
    }

    /**
     * Writes the command line.
     *
     * @return arguments that {@link #parse(String[])} reads.
     */
    public List<String> arguments() {
        final List<String> arguments = new ArrayList<>();
        arguments.add("store=" + store);
        arguments.add("topology=" + topology);
        arguments.add("calm=" + isCalm);
        arguments.add("seed=" + seed);
        arguments.add("partitions=" + partitions);
        arguments.add("inputs=" + inputs);
        arguments.add("limit=" + limit);
        arguments.add("recordsPerMs=" + recordsPerMs);
        arguments.add("fromStart=" + fromStart);
        arguments.add("checkpointMs=" + checkpointMs);
        arguments.add("closeAfterMs=" + closeAfterMs);
        arguments.add("clockSeed=" + clockSeed);
        arguments.add("fullAfterMs=" + fullAfterMs);
        arguments.add("fullForMs=" + fullForMs);
        return arguments;
    }

    /**
     * Reads a command line.
     *
     * @param arguments as {@link #arguments()} writes them.
     * @return the options.
     */
    public static LifeOptions parse(final String[] arguments) {
        final Map<String, String> values = new HashMap<>();
        for (final String argument : arguments) {
            final int end = argument.indexOf('=');
            values.put(argument.substring(0, end), argument.substring(end + 1));
        }
        return new LifeOptions(
                Path.of(values.get("store")),
                TopologyName.valueOf(values.get("topology")),
                Boolean.parseBoolean(values.get("calm")),
                Long.parseLong(values.get("seed")),
                Integer.parseInt(values.get("partitions")),
                Long.parseLong(values.get("inputs")),
                Long.parseLong(values.get("limit")),
                Integer.parseInt(values.get("recordsPerMs")),
                Boolean.parseBoolean(values.get("fromStart")),
                Integer.parseInt(values.get("checkpointMs")),
                Integer.parseInt(values.get("closeAfterMs")),
                Long.parseLong(values.get("clockSeed")),
                Integer.parseInt(values.get("fullAfterMs")),
                Integer.parseInt(values.get("fullForMs")));
    }
}
