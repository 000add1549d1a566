package io.millrace.operators.task;

import io.millrace.log.record.RecordFlyweight;
import io.millrace.operators.output.TaskAudit;

/** Audit of a driver: keeps the audit informed of where the task reads. Used by the task's thread. */
public final class AuditedDriver extends ForwardingDriver {
    private final TaskAudit audit;

    /**
     * Creates the driver.
     *
     * @param driver that runs the chain.
     * @param audit  of the task.
     */
    public AuditedDriver(final TaskDriver driver, final TaskAudit audit) {
        super(driver);
        this.audit = audit;
    }

    @Override
    public void onRecord(final RecordFlyweight record) {
        audit.position(record.position());
        driver.onRecord(record);
    }
}
