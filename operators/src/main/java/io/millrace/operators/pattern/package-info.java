/**
 * Sequences of values of one key: what follows what in event time, what must not come in between, and what has to stay away. May
 * use keyed operators and state.
 */
package io.millrace.operators.pattern;
