package io.millrace.torture.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * Counts the values of each account, says so when the account was silent for a while in event time, and again and again in log time.
 * Timers fire in the order of their times, and those of one time in the order in which they were set.
 */
final class TimersReference extends SourceReference {
    private static final long DISORDER_NS = 150 * InputFormula.MS;
    private static final long SILENCE_NS = 300 * InputFormula.MS;
    private static final long INTERVAL_NS = 50 * InputFormula.MS;
    private static final long EVENT_TIMER = 1;
    private static final long LOG_TIMER = 2;

    private record Timer(long account, long timeNs) {}

    private static final class Account {
        private long count;
        private long lastNs = SourceClock.NONE;
        private boolean hasLogTimer;
    }

    private TreeMap<Long, Account> accounts;
    private List<Timer> eventTimers;
    private List<Timer> logTimers;
    private long largestNs;

    TimersReference() {
        super(DISORDER_NS);
    }

    @Override
    void begin() {
        accounts = new TreeMap<>();
        eventTimers = new ArrayList<>();
        logTimers = new ArrayList<>();
        largestNs = SourceClock.NONE;
    }

    @Override
    void onClock(final long clockNs, final long watermarkNs, final Outputs outputs) {
        for (final Timer timer : takeDue(logTimers, clockNs)) {
            accounts.get(timer.account).hasLogTimer = false;
            emit(LOG_TIMER, timer, Math.max(largestNs, watermarkNs), outputs);
        }
    }

    @Override
    void onWatermark(final long beforeNs, final long watermarkNs, final Outputs outputs) {
        for (final Timer timer : takeDue(eventTimers, watermarkNs)) {
            emit(EVENT_TIMER, timer, Math.max(timer.timeNs, beforeNs), outputs);
        }
    }

    private static List<Timer> takeDue(final List<Timer> timers, final long nowNs) {
        final List<Timer> due = new ArrayList<>();
        for (final Timer timer : timers) {
            if (timer.timeNs <= nowNs) {
                due.add(timer);
            }
        }
        timers.removeAll(due);
        // Sorting keeps the order of those of one time.
        due.sort(Comparator.comparingLong(Timer::timeNs));
        return due;
    }

    private void emit(final long kind, final Timer timer, final long eventTimeNs, final Outputs outputs) {
        outputs.add(
                OUT,
                OutputRecord.data(
                        eventTimeNs,
                        OutputRecord.longs(timer.account),
                        OutputRecord.longs(kind, timer.timeNs, accounts.get(timer.account).count)));
    }

    @Override
    void onValue(final StoredRecord value, final long clockNs, final long watermarkNs, final Outputs outputs) {
        largestNs = Math.max(largestNs, value.eventTimeNs());
        final long number = OutputRecord.longAt(value.key(), 0);
        final Account account = accounts.computeIfAbsent(number, each -> new Account());
        account.count++;
        if (!account.hasLogTimer) {
            account.hasLogTimer = true;
            logTimers.add(new Timer(number, (Math.floorDiv(clockNs, INTERVAL_NS) + 1) * INTERVAL_NS));
        }
        if (account.lastNs != SourceClock.NONE) {
            eventTimers.remove(new Timer(number, account.lastNs + SILENCE_NS));
        }
        account.lastNs = Math.max(account.lastNs, value.eventTimeNs());
        eventTimers.add(new Timer(number, account.lastNs + SILENCE_NS));
    }
}
