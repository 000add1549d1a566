/** Operators that keep something for each key: rolling aggregates, the first of repeats, and processors of the user's own. */
package io.millrace.operators.keyed;
