package io.millrace.operators.task;

import io.millrace.log.record.RecordFlyweight;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;

/** Stands before another driver and leaves to it what a subclass does not do itself. */
abstract class ForwardingDriver extends TaskDriver {
    /** The one that runs the chain. */
    final TaskDriver driver;

    ForwardingDriver(final TaskDriver driver) {
        this.driver = driver;
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
    public long tickDueNs(final long laterStagesWantNs, final long silenceNs) {
        return driver.tickDueNs(laterStagesWantNs, silenceNs);
    }

    @Override
    public long silenceWantedNs() {
        return driver.silenceWantedNs();
    }

    @Override
    public long silenceWantedNs(final int producerId) {
        return driver.silenceWantedNs(producerId);
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
