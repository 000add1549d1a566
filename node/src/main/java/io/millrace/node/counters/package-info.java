/**
 * The counters file of a node: what it does, in memory that any process of this machine may map and read, without a message
 * to the node. Built on Agrona's counters.
 */
package io.millrace.node.counters;
