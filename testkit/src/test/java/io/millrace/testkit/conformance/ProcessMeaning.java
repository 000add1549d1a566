package io.millrace.testkit.conformance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What {@link CommandProcessor} does, with plain maps, and timers in plain lists in the order in which they were set. */
final class ProcessMeaning implements Meaning {
    private record Timer(String key, long timeNs) {}

    private final Meaning main;
    private final Meaning side;
    private final Map<String, Long> counts = new HashMap<>();
    private final Map<String, String> notes = new HashMap<>();
    private final Map<String, Long> renewals = new HashMap<>();
    private final List<Timer> eventTimers = new ArrayList<>();
    private final List<Timer> logTimers = new ArrayList<>();
    private long largestTimeNs = PartitionTime.NONE;

    ProcessMeaning(final Meaning main, final Meaning side) {
        this.main = main;
        this.side = side;
    }

    /** Timers that have not fired. */
    int waiting() {
        return eventTimers.size() + logTimers.size();
    }

    /** One call of the processor. */
    private final class Call {
        final Moment moment;
        final String key;
        final long timeNs;
        final long watermarkNs;
        final long knownNs;

        Call(final Moment moment, final String key, final long timeNs, final long watermarkNs, final long knownNs) {
            this.moment = moment;
            this.key = key;
            this.timeNs = timeNs;
            this.watermarkNs = watermarkNs;
            this.knownNs = knownNs;
        }

        void emit(final Meaning to, final String what) {
            final String text = what + " of " + key + " at " + timeNs + " watermark " + watermarkNs + " clock "
                    + moment.clockNs() + " position " + moment.entry().position()
                    + (watermarkNs == PartitionTime.END ? " end" : "")
                    + " count " + (counts.containsKey(key) ? counts.get(key).toString() : "none")
                    + " note " + notes.getOrDefault(key, "none");
            to.take(moment, new Item(key, timeNs, text, knownNs));
        }
    }

    @Override
    public void onClock(final Moment moment) {
        Timer due = takeDue(logTimers, moment.clockNs());
        while (due != null) {
            final Call call = new Call(
                    moment, due.key, Math.max(largestTimeNs, moment.beforeNs()), moment.beforeNs(), moment.beforeNs());
            counts.merge(due.key, 1L, Long::sum);
            call.emit(main, "log timer " + due.timeNs);
            final long left = renewals.getOrDefault(due.key, 0L);
            if (left > 0) {
                renewals.put(due.key, left - 1);
                set(logTimers, due.key, due.timeNs + (left - 2) * CommandProcessor.STEP_NS);
                set(eventTimers, due.key, call.timeNs - CommandProcessor.STEP_NS);
            }
            due = takeDue(logTimers, moment.clockNs());
        }
        main.onClock(moment);
        side.onClock(moment);
    }

    @Override
    public void onWatermark(final Moment moment) {
        if (moment.watermarkNs() > moment.beforeNs()) {
            Timer due = takeDue(eventTimers, moment.watermarkNs());
            while (due != null) {
                onEventTimer(moment, due);
                due = takeDue(eventTimers, moment.watermarkNs());
            }
        }
        main.onWatermark(moment);
        side.onWatermark(moment);
    }

    private void onEventTimer(final Moment moment, final Timer due) {
        final Call call = new Call(
                moment, due.key, Math.max(due.timeNs, moment.beforeNs()), moment.watermarkNs(), moment.beforeNs());
        call.emit(main, "event timer " + due.timeNs);
        final long left = renewals.getOrDefault(due.key, 0L);
        if (left > 0) {
            renewals.put(due.key, left - 1);
            set(eventTimers, due.key, due.timeNs + (left - 2) * CommandProcessor.STEP_NS);
            set(logTimers, due.key, moment.clockNs() + left);
        } else if (left < 0) {
            call.emit(side, "cancel " + eventTimers.remove(new Timer(due.key, due.timeNs + CommandProcessor.STEP_NS)));
        }
    }

    private static void set(final List<Timer> timers, final String key, final long timeNs) {
        if (!timers.contains(new Timer(key, timeNs))) {
            timers.add(new Timer(key, timeNs));
        }
    }

    // The earliest, and of those of one time the one that was set first.
    private static Timer takeDue(final List<Timer> timers, final long nowNs) {
        Timer earliest = null;
        for (final Timer timer : timers) {
            if (timer.timeNs <= nowNs && (earliest == null || timer.timeNs < earliest.timeNs)) {
                earliest = timer;
            }
        }
        timers.remove(earliest);
        return earliest;
    }

    @Override
    public void take(final Moment moment, final Item item) {
        largestTimeNs = Math.max(largestTimeNs, item.timeNs());
        final String key = item.key();
        final Call call = new Call(moment, key, item.timeNs(), moment.watermarkNs(), moment.watermarkNs());
        final String commands = item.text().split(" ")[3];
        for (final String command : commands.substring(0, commands.length() - 1).split(";")) {
            final String[] parts = command.split("=");
            final long number = parts.length == 1 ? 0 : Long.parseLong(parts[1]);
            final Timer event = new Timer(key, multiple(item.timeNs(), number));
            final Timer log = new Timer(key, multiple(moment.clockNs(), number));
            if (parts[0].equals("boom")) {
                // What was done before it stays done.
                return;
            }
            switch (parts[0]) {
                case "forward" -> call.emit(main, "value");
                case "side" -> call.emit(side, "value");
                case "count" -> counts.merge(key, 1L, Long::sum);
                case "note" -> notes.put(key, "n" + number);
                case "forget-count" -> counts.remove(key);
                case "forget-note" -> notes.remove(key);
                case "event" -> set(eventTimers, key, event.timeNs);
                case "cancel-event" -> call.emit(main, "cancel " + eventTimers.remove(event));
                case "log" -> set(logTimers, key, log.timeNs);
                case "cancel-log" -> call.emit(main, "cancel " + logTimers.remove(log));
                case "renew" -> renewals.put(key, number);
                default -> {
                    // No command.
                }
            }
        }
    }

    private static long multiple(final long timeNs, final long number) {
        return (Math.floorDiv(timeNs, CommandProcessor.STEP_NS) + number) * CommandProcessor.STEP_NS;
    }
}
