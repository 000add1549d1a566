package io.millrace.torture.agent;

/**
 * Where a process is to stop.
 *
 * @param step   at which.
 * @param number of the arrival at it, 1 for the first; 0 to count arrivals and never stop.
 */
record Arrival(Step step, long number) {}
