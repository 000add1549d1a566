/** What runs in a process of its own: one contender, one measurement, and the check that every message arrived. */
package io.millrace.perf.compare.child;
