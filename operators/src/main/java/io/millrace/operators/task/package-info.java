/** The task, that runs a chain of operators over one partition of the log. */
package io.millrace.operators.task;
