/** Keyed state. */
package io.millrace.operators.state;
