package io.millrace.perf.compare.profile;

import java.util.Map;

/**
 * A path that a record takes, and the benchmark that measures it.
 *
 * @param id        for people and on the command line.
 * @param title     what it is.
 * @param benchmark its name, with the package below {@code io.millrace.perf}.
 * @param params    of the benchmark; those that are not named have one value.
 */
public record HotPath(String id, String title, String benchmark, Map<String, String> params) {
    private static final String BASE = "io.millrace.perf.";

    /**
     * Names exactly this benchmark.
     *
     * @return a regular expression.
     */
    public String pattern() {
        return "^" + (BASE + benchmark).replace(".", "\\.") + "$";
    }
}
