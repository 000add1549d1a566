/** What the programs that measure latency at a given rate have in common, Millrace's and the peers'. */
package io.millrace.perf.compare.latency;
