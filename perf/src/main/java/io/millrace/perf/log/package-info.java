/** Benchmarks of the log alone. */
package io.millrace.perf.log;
