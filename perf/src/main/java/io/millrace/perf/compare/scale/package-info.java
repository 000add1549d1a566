/** What the programs that measure how costs grow have in common with the command that starts them. */
package io.millrace.perf.compare.scale;
