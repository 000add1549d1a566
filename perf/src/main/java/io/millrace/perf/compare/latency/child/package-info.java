/** The process in which one contender is measured at all rates. */
package io.millrace.perf.compare.latency.child;
