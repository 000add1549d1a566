/** Recorded trades, quotes and order books, in the formats of their sources, as one sequence of events. */
package io.millrace.examples.market;
