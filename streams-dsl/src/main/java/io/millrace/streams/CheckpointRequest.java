package io.millrace.streams;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.task.TaskId;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** A checkpoint of all tasks that somebody has asked for; each thread of the job does its share. */
final class CheckpointRequest {
    private final CompletableFuture<Void> future = new CompletableFuture<>();
    private final AtomicInteger sharesLeft;
    private final Queue<TaskId> givenUp = new ConcurrentLinkedQueue<>();

    CheckpointRequest(final int shares) {
        this.sharesLeft = new AtomicInteger(shares);
    }

    /** Notes a task whose checkpoint found no space on the disk, before its share is done. */
    void givenUp(final TaskId task) {
        givenUp.add(task);
    }

    void shareDone() {
        if (sharesLeft.decrementAndGet() > 0) {
            return;
        }
        if (givenUp.isEmpty()) {
            future.complete(null);
        } else {
            future.completeExceptionally(noSpace(givenUp));
        }
    }

    static MillraceException noSpace(final Collection<TaskId> tasks) {
        return new MillraceException(
                ErrorCode.STORAGE_FULL,
                "no space for a checkpoint of " + tasks.size() + (tasks.size() == 1 ? " task: " : " tasks: ")
                        + tasks.stream().map(TaskId::toString).sorted().collect(Collectors.joining(", "))
                        + "; what they had before counts, and all other tasks have theirs; free space on the store's disk"
                        + " and ask again");
    }

    void refuse(final String why) {
        future.completeExceptionally(new IllegalStateException(why));
    }

    CompletableFuture<Void> future() {
        return future;
    }
}
