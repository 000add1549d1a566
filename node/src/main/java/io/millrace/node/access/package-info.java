/** Who may do what at a node. */
package io.millrace.node.access;
