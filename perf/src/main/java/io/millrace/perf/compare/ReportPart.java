package io.millrace.perf.compare;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/** What a report says about one kind of workload, besides the jobs that run as fast as they go. */
interface ReportPart {
    /** Prints the table. */
    void print(PrintWriter out);

    /** What is to be reached, and was measured. */
    List<Target> targets();

    /** Why contenders could not be measured. */
    List<String> failures();

    /** Contenders with their settings here, a line each. */
    List<String> settings();

    /** Number of results that were compared with what the loop finds. */
    long verifiedCount();

    /** Adds the same to what becomes JSON. */
    void putInto(Map<String, Object> map);
}
