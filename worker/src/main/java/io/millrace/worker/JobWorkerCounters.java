package io.millrace.worker;

/**
 * What a worker has moved between its node and its own log in this run; what the job itself has done tells {@code JobWorker.job()}.
 *
 * @param mirroredRecords     records that came from the node's source topics.
 * @param forwardedRecords    records of outputs that were sent to the node.
 * @param acknowledgedRecords of these, those that the node holds as durably as the topic asks.
 * @param tickCount           ticks that the node was asked for, because something was due and nothing came.
 * @param reconnectCount      sessions that were opened again after a loss.
 */
public record JobWorkerCounters(
        long mirroredRecords, long forwardedRecords, long acknowledgedRecords, long tickCount, long reconnectCount) {}
