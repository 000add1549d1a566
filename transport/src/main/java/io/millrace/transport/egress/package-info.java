/**
 * The way out of a node: the node's calls become bytes ({@link io.millrace.transport.egress.EgressProxy}) and, on the
 * client's thread, calls again ({@link io.millrace.transport.egress.EgressAdapter}).
 */
package io.millrace.transport.egress;
