package io.millrace.operators.task;

/**
 * How a task has begun.
 *
 * @param checkpoint number of the checkpoint that it was restored from; 0 when it reads its input from the beginning.
 * @param position   in its input at which it has begun.
 * @param fallBack   why not from the newest checkpoint, in one line; empty when nothing was wrong.
 */
public record Restored(long checkpoint, long position, String fallBack) {}
