package io.millrace.log;

import io.millrace.log.segment.PartitionId;

/**
 * What opening a partition found.
 *
 * @param id           of the partition.
 * @param tailPosition where the next record goes.
 * @param recordCount  committed records.
 * @param paddedCount  claims that were never committed and are padding now.
 * @param paddedLength their bytes.
 */
record PartitionRecovery(PartitionId id, long tailPosition, long recordCount, long paddedCount, long paddedLength) {}
