package io.millrace.torture.agent;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the agent is asked to do; {@link TortureAgent} lists the options.
 *
 * @param arrivals    at which to stop.
 * @param mutants     to apply.
 * @param disk        directory of the {@link LossyDisk}; null for the real one.
 * @param failedForce number of the force that fails; 0 for none.
 * @param isReport    whether to print counts at the end.
 */
record AgentOptions(List<Arrival> arrivals, List<Mutant> mutants, Path disk, int failedForce, boolean isReport) {
    private static final String KNOWN = "step=NAME:N, mutant=NAME, disk=DIRECTORY, fail-force=N, report";

    /**
     * Reads options.
     *
     * @param text joined by semicolons; null for none.
     * @return what they say.
     * @throws IllegalArgumentException when one is not known, in one line.
     */
    static AgentOptions parse(final String text) {
        final List<Arrival> arrivals = new ArrayList<>();
        final List<Mutant> mutants = new ArrayList<>();
        Path disk = null;
        int failedForce = 0;
        boolean isReport = false;
        for (final String option : (text == null ? "" : text).split(";")) {
            final int equals = option.indexOf('=');
            final String name = equals < 0 ? option : option.substring(0, equals);
            final String value = option.substring(equals + 1);
            switch (equals < 0 ? name : name + '=') {
                case "" -> {
                    // Between two semicolons, or no options at all.
                }
                case "step=" -> arrivals.add(arrival(value));
                case "mutant=" -> mutants.add(Mutant.named(value));
                case "disk=" -> disk = Path.of(value);
                case "fail-force=" -> failedForce = (int) number(option, value, Integer.MAX_VALUE);
                case "report" -> isReport = true;
                default -> throw new IllegalArgumentException("unknown option: " + option + "; one of " + KNOWN);
            }
        }
        if (disk == null && failedForce > 0) {
            throw new IllegalArgumentException("fail-force needs disk=DIRECTORY");
        }
        return new AgentOptions(arrivals, mutants, disk, failedForce, isReport);
    }

    private static Arrival arrival(final String value) {
        final int colon = value.indexOf(':');
        if (colon < 0) {
            return new Arrival(Step.named(value), 1);
        }
        return new Arrival(
                Step.named(value.substring(0, colon)),
                number("step=" + value, value.substring(colon + 1), Long.MAX_VALUE));
    }

    private static long number(final String option, final String digits, final long max) {
        try {
            final long number = Long.parseLong(digits);
            if (number >= 0 && number <= max) {
                return number;
            }
        } catch (final NumberFormatException e) {
            // Said below, like a number that is out of range.
        }
        throw new IllegalArgumentException("not a number from 0 to " + max + ": " + option);
    }
}
