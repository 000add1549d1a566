/** Checkpoints of a task as records of the log: how they are written, found again, and removed. */
package io.millrace.operators.checkpoint;
