/**
 * The runnable: a {@link io.millrace.node.Node} serves one store to publishers and subscribers. One agent thread takes
 * commands off the wire, appends to the log, and sends from the log what subscribers want.
 */
package io.millrace.node;
