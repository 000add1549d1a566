/**
 * The demo: recorded trades are fed over Aeron into a node, become candles, and are compared with an independent recomputation.
 */
package io.millrace.node.demo;
