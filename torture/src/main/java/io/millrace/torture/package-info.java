/** Tortures jobs: processes are killed, paused and misled, and their results are checked; this is the command. */
package io.millrace.torture;
