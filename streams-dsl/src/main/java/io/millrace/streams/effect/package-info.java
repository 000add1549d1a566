/**
 * The outside of a job: whoever calls the functions of {@code mapAsync}, with clocks, threads and failures, and appends what came
 * of it to the log. Tasks see nothing of it but those records.
 */
package io.millrace.streams.effect;
