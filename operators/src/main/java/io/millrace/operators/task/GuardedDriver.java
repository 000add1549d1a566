package io.millrace.operators.task;

import io.millrace.log.record.RecordFlyweight;
import io.millrace.operators.codec.BorrowGuard;
import java.util.List;

/**
 * Test mode for a driver: takes back what was lent for a record as soon as the record is done, whether or not it failed.
 * Nothing is brought near in advance, since a look ahead would borrow values that nobody gives back.
 */
public final class GuardedDriver extends ForwardingDriver {
    private final TaskId id;
    private final List<? extends BorrowGuard> guards;

    /**
     * Creates the driver.
     *
     * @param driver that runs the chain.
     * @param id     of the task, for messages.
     * @param guards of all codecs of the task that lend values; not copied, and asked after each record.
     */
    public GuardedDriver(final TaskDriver driver, final TaskId id, final List<? extends BorrowGuard> guards) {
        super(driver);
        this.id = id;
        this.guards = guards;
    }

    @Override
    public void onRecord(final RecordFlyweight record) {
        final long position = record.position();
        try {
            driver.onRecord(record);
        } finally {
            for (final BorrowGuard guard : guards) {
                guard.release(id.topic(), id.partition(), position);
            }
        }
    }

    @Override
    public void prefetch(final RecordFlyweight record) {}

    @Override
    public boolean wantsLookAhead() {
        return false;
    }
}
