/** Benchmarks of whole jobs, from the log to the log. */
package io.millrace.perf.streams;
