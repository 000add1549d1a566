/**
 * Operators with several inputs: joins of streams and tables, and what is absent.
 *
 * <p>A task reads one partition, so the inputs, called sides, are brought into one before: what comes from a side carries its
 * number, and all sides are appended to one exchange, where their order is the log's. May use keyed operators and state.
 */
package io.millrace.operators.join;
