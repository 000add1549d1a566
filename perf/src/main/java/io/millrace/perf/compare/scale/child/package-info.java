/** The processes that measure how costs grow: their program, and what concerns the log. */
package io.millrace.perf.compare.scale.child;
