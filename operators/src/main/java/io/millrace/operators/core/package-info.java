/** The operator contract, and the operators without state. */
package io.millrace.operators.core;
