/**
 * What can be set of a node: one table of settings, and how values from a file, the environment and the command line become
 * one set of them. It knows nothing of the node itself.
 */
package io.millrace.node.config;
