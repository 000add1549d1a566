/** What is measured: Millrace, the plain copies that bound it, and its peers, each behind the same three small interfaces. */
package io.millrace.perf.compare.contender;
