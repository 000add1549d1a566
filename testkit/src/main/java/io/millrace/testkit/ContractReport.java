package io.millrace.testkit;

/**
 * What was done to check a contract, so that a test can see that it was put to the test.
 *
 * @param records  input records of a run, the most of any.
 * @param refusals outputs that were refused.
 * @param restores times that an operator was written down and read back; 0 when none keeps state.
 * @param crashes  times that a job was killed and resumed from the beginning of its input.
 * @param checkpointedCrashes times that a job was killed and at least one of its tasks resumed from a checkpoint.
 */
public record ContractReport(long records, int refusals, int restores, int crashes, int checkpointedCrashes) {}
