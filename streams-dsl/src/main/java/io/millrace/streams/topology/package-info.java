/** The graph that the fluent API builds. */
package io.millrace.streams.topology;
