/** The ends of a chain: exchanges and topics, and the door to them. */
package io.millrace.operators.output;
