/** What the programs that measure queries of NEXMark have in common, Millrace's and the peers'. */
package io.millrace.perf.compare.nexmark;
