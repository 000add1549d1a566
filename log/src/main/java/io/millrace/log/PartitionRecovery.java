package io.millrace.log;

import io.millrace.log.segment.PartitionId;
import java.util.List;

/**
 * What opening a partition found.
 *
 * @param id           of the partition.
 * @param tailPosition where the next record goes.
 * @param recordCount  committed records that were looked at.
 * @param paddedCount  claims that were never committed and are padding now.
 * @param paddedLength their bytes.
 * @param cutLength    bytes behind the tail that were removed after a stop of the machine.
 * @param damages      what is not as it was written and was left so, one line each.
 */
record PartitionRecovery(
        PartitionId id,
        long tailPosition,
        long recordCount,
        long paddedCount,
        long paddedLength,
        long cutLength,
        List<String> damages) {
    /** Tells whether the partition is not as the last run left it. */
    boolean isChanged() {
        return paddedCount > 0 || cutLength > 0;
    }
}
