/** The process that runs one contender on one stream workload. */
package io.millrace.perf.compare.stream.child;
