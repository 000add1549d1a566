/** Flink beside us. */
package io.millrace.perf.flink;
