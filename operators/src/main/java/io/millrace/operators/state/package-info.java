/**
 * Keyed state, timers and their snapshots.
 *
 * <p>A job has one {@link io.millrace.operators.state.MemoryBudget} and each of its tasks one
 * {@link io.millrace.operators.state.StateMemory}, from which everything else is made and with which it is closed: a
 * {@link io.millrace.operators.state.KeyedTable} for state of a fixed size, a
 * {@link io.millrace.operators.state.HeapColumn} for values that are objects, a
 * {@link io.millrace.operators.state.TimerQueue}. All of them write themselves with a
 * {@link io.millrace.operators.state.StateWriter} and go on from what a {@link io.millrace.operators.state.StateReader}
 * reads as if nothing had happened.
 *
 * <p>What it takes, outside the Java heap, with keys of 8 bytes:
 *
 * <table>
 *   <caption>Memory of keyed state</caption>
 *   <tr><th>state of a key</th><th>1,000,000 keys</th><th>10,000,000 keys</th></tr>
 *   <tr><td>24 bytes</td><td>48.5 MB</td><td>467 MB</td></tr>
 *   <tr><td>32 bytes</td><td>56.4 MB</td><td>547 MB</td></tr>
 * </table>
 */
package io.millrace.operators.state;
