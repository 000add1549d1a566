/** The process that is killed, and the one that is started in its place. */
package io.millrace.perf.compare.recovery.child;
