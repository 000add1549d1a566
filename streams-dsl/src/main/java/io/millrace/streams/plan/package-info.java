/** The planner: from the graph to stages, and from stages to tasks. */
package io.millrace.streams.plan;
