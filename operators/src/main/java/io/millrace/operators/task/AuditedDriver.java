package io.millrace.operators.task;

import io.millrace.log.record.RecordFlyweight;
import io.millrace.operators.output.TaskAudit;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;

/** Audit of a driver: keeps the audit informed of where the task reads. Used by the task's thread. */
public final class AuditedDriver extends TaskDriver {
    private final TaskDriver driver;
    private final TaskAudit audit;

    /**
     * Creates the driver.
     *
     * @param driver that runs the chain.
     * @param audit  of the task.
     */
    public AuditedDriver(final TaskDriver driver, final TaskAudit audit) {
        this.driver = driver;
        this.audit = audit;
    }

    @Override
    public void onRecord(final RecordFlyweight record) {
        audit.position(record.position());
        driver.onRecord(record);
    }

    @Override
    public void prefetch(final RecordFlyweight record) {
        driver.prefetch(record);
    }

    @Override
    public boolean wantsLookAhead() {
        return driver.wantsLookAhead();
    }

    @Override
    public void endOfPoll() {
        driver.endOfPoll();
    }

    @Override
    public boolean isComplete() {
        return driver.isComplete();
    }

    @Override
    public long eventWakeNs() {
        return driver.eventWakeNs();
    }

    @Override
    public long tickDueNs(final long laterStagesWantNs) {
        return driver.tickDueNs(laterStagesWantNs);
    }

    @Override
    public void askForNextWatermark() {
        driver.askForNextWatermark();
    }

    @Override
    public void snapshot(final StateWriter out) {
        driver.snapshot(out);
    }

    @Override
    public void restore(final StateReader in) {
        driver.restore(in);
    }
}
