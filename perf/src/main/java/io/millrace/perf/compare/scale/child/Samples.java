package io.millrace.perf.compare.scale.child;

import io.millrace.perf.compare.child.Result;
import java.util.ArrayList;
import java.util.List;

/** Times of rounds, of which the middle one counts. */
final class Samples {
    private final List<Double> values = new ArrayList<>();

    void add(final long elapsedNs, final long count) {
        values.add((double) elapsedNs / count);
    }

    double median() {
        return Result.median(values);
    }
}
