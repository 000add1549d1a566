package io.millrace.perf.compare;

import io.millrace.perf.compare.profile.Allocation;
import io.millrace.perf.compare.profile.HotPath;
import io.millrace.perf.compare.profile.Samples;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was found out of the hot paths, as a text for the terminal and as maps for JSON and HTML. */
final class ProfileReport {
    /** What bounds each workload, as found on the machine of docs/scaling.md. */
    private static final Map<String, String> BOUNDS = Map.of(
            "s1",
            "reading and writing: the record's header and fields, the copy of what passes, and the checks of buffers' bounds; "
                    + "no single step has a tenth of it",
            "s2",
            "finding the key's state, a hash and a comparison in memory that is as large as the keys are many, and the checks of "
                    + "buffers' bounds on the way there; the sum itself is small beside it",
            "s6",
            "the first store into each record's place in the log, behind the atomic add that waits for all that was stored before; "
                    + "most of the rest is the round of a thread that finds nothing to do");

    private final Map<HotPath, Allocation> allocations = new LinkedHashMap<>();
    private final Map<String, Samples> samples = new LinkedHashMap<>();
    private final List<String> failures = new ArrayList<>();

    void add(final HotPath path, final Allocation allocation) {
        allocations.put(path, allocation);
    }

    void add(final String workload, final Samples found) {
        samples.put(workload, found);
    }

    void addFailure(final String reason) {
        failures.add(reason);
    }

    List<String> failures() {
        return failures;
    }

    void print(final PrintWriter out, final Map<String, String> machine) {
        if (!allocations.isEmpty()) {
            out.printf("%n  %-10s %-50s %10s %10s%n", "path", "", "bytes/op", "ns/op");
            allocations.forEach((path, found) -> out.printf(
                    Locale.ROOT,
                    "  %-10s %-50s %10.4f %10.1f%n",
                    path.id(),
                    path.title(),
                    found.bytes(),
                    found.time()));
        }
        samples.forEach((workload, found) -> {
            out.printf(
                    Locale.ROOT,
                    "%n%s: %,d samples of the job's duty cycle (and %,d of what feeds it)%n",
                    workload,
                    found.total(),
                    found.other());
            found.top()
                    .forEach((method, count) ->
                            out.printf(Locale.ROOT, "  %5.1f %%  %s%n", percent(count, found.total()), method));
            if (BOUNDS.containsKey(workload)) {
                out.printf("  bound by: %s%n", BOUNDS.get(workload));
            }
        });
        failures.forEach(reason -> out.printf("%nFAILED %s%n", reason));
        Machine.print(machine, out);
        out.flush();
    }

    private static double percent(final long count, final long total) {
        return 100.0 * count / Math.max(1, total);
    }

    Map<String, Object> toMap(final Map<String, String> machine, final String date) {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("date", date);
        map.put("machine", machine);
        map.put(
                "allocations",
                allocations.entrySet().stream()
                        .map(entry -> Map.of(
                                "id", entry.getKey().id(),
                                "title", entry.getKey().title(),
                                "benchmark", entry.getKey().benchmark(),
                                "bytes", entry.getValue().bytes(),
                                "ns", entry.getValue().time()))
                        .toList());
        map.put(
                "profiles",
                samples.entrySet().stream()
                        .map(entry -> profileMap(entry.getKey(), entry.getValue()))
                        .toList());
        map.put("failures", failures);
        return map;
    }

    private static Map<String, Object> profileMap(final String workload, final Samples found) {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("workload", workload);
        map.put("samples", found.total());
        map.put("others", found.other());
        map.put("bound", BOUNDS.getOrDefault(workload, ""));
        map.put(
                "top",
                found.top().entrySet().stream()
                        .map(entry ->
                                Map.of("method", entry.getKey(), "percent", percent(entry.getValue(), found.total())))
                        .toList());
        return map;
    }
}
