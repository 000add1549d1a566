/** Benchmarks of keyed state. */
package io.millrace.perf.state;
