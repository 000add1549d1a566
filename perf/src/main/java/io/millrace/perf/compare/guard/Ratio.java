package io.millrace.perf.compare.guard;

import io.millrace.perf.compare.child.Result;
import java.util.ArrayList;
import java.util.List;

/**
 * How fast we are as a share of the limit: 1 is as fast as the limit, more is better.
 *
 * @param median of the pairs, more than 0.
 * @param noise  three median absolute deviations of the pairs as a share of the median, 0 or more: for a normal distribution two
 *               standard deviations, and one odd pair does not move it.
 * @param pairs  ratio of each pair, in the order in which they were measured.
 */
public record Ratio(double median, double noise, List<Double> pairs) {
    private static final double DEVIATIONS = 3;

    /**
     * Takes what the pairs gave.
     *
     * @param pairs at least one ratio, each more than 0.
     * @return their median and noise.
     */
    public static Ratio of(final List<Double> pairs) {
        final double median = Result.median(pairs);
        final List<Double> deviations = new ArrayList<>();
        pairs.forEach(pair -> deviations.add(Math.abs(pair - median)));
        return new Ratio(median, DEVIATIONS * Result.median(deviations) / median, List.copyOf(pairs));
    }
}
