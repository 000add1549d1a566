/** SBE messages as JSON and back, by their schema. Knows of no topic and no node. */
package io.millrace.node.message;
