/** What the programs that measure a stream workload have in common, Millrace's and the peers'. */
package io.millrace.perf.compare.stream;
