package io.millrace.operators.task;

/**
 * Names a task: the job, the stage, and the partition that it reads.
 *
 * @param job       the task belongs to.
 * @param stage     of the job.
 * @param topic     that the stage reads.
 * @param partition of the topic.
 */
public record TaskId(String job, String stage, String topic, int partition) {
    /**
     * The name under which the task's outputs stand in the log.
     *
     * @return a name that is the same in every run.
     */
    public String producerName() {
        return job + "/" + stage + "/" + partition;
    }

    @Override
    public String toString() {
        return producerName();
    }
}
