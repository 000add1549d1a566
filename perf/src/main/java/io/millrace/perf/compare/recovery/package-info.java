/** What the programs that are killed and started again have in common, Millrace's and the peers'. */
package io.millrace.perf.compare.recovery;
