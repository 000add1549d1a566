package io.millrace.testkit.conformance;

import io.millrace.testkit.DriverLog.Entry;

/**
 * How things stand at a record of a partition.
 *
 * @param entry       the record.
 * @param clockNs     largest log time so far.
 * @param beforeNs    the watermark before the record.
 * @param watermarkNs the watermark with it.
 * @param originNs    log time in source topics that the watermark goes back to.
 * @param isIdle      whether the input counts as silent.
 * @param isValue     whether the record is a value that counts.
 */
record Moment(
        Entry entry, long clockNs, long beforeNs, long watermarkNs, long originNs, boolean isIdle, boolean isValue) {}
