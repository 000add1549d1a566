package io.millrace.worker;

import java.util.concurrent.atomic.AtomicLong;

/** What a worker counts: each number is written by one thread and read by any. */
final class WorkerCounts {
    final AtomicLong mirroredRecords = new AtomicLong();
    final AtomicLong mirrorReconnects = new AtomicLong();
    final AtomicLong forwardedRecords = new AtomicLong();
    final AtomicLong acknowledgedRecords = new AtomicLong();
    final AtomicLong forwardReconnects = new AtomicLong();
    final AtomicLong ticks = new AtomicLong();

    JobWorkerCounters snapshot() {
        return new JobWorkerCounters(
                mirroredRecords.get(),
                forwardedRecords.get(),
                acknowledgedRecords.get(),
                ticks.get(),
                mirrorReconnects.get() + forwardReconnects.get());
    }
}
