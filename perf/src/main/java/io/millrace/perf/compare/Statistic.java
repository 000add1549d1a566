package io.millrace.perf.compare;

import io.millrace.perf.compare.child.Result;
import java.util.Collections;
import java.util.List;

/**
 * What several runs gave.
 *
 * @param values of the runs, in order.
 */
record Statistic(List<Double> values) {
    double median() {
        return Result.median(values);
    }

    double min() {
        return Collections.min(values);
    }

    double max() {
        return Collections.max(values);
    }
}
