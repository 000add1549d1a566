/**
 * Both ends of the wire: the {@link io.millrace.transport.Publisher} appends records to a topic of a node, the
 * {@link io.millrace.transport.Subscriber} follows one. What they say to the node is told in the SBE schema
 * {@code millrace-protocol.xml} and in this module's README.
 */
package io.millrace.transport;
