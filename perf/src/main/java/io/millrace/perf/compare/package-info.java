/** {@code millrace perf}: starts the processes that measure, gathers their figures, and reports them. */
package io.millrace.perf.compare;
