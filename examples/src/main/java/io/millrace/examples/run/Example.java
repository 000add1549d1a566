package io.millrace.examples.run;

/** A job with its input and a few printed lines about its results. It ends by itself. */
@FunctionalInterface
public interface Example {
    /**
     * Feeds the job, runs it to its end and prints what came out; the last line sums it up.
     *
     * @param run the store, the data and the output of this run.
     * @throws Exception if the run fails.
     */
    void run(ExampleRun run) throws Exception;
}
