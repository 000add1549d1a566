/**
 * The way into a node: a client's calls become bytes ({@link io.millrace.transport.ingress.IngressProxy}) and, on the
 * node's agent thread, calls again ({@link io.millrace.transport.ingress.IngressAdapter}).
 */
package io.millrace.transport.ingress;
