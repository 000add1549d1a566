package io.millrace.torture;

import io.millrace.torture.job.Life;
import java.io.IOException;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/** Does to one process what its plan says, and sees it end. */
final class LifeCourse {
    private static final long START_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long END_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(150);
    private static final long SPARE_BYTES = 200 * 1024;
    private static final String STEP = "STEP ";

    private final LifePlan plan;
    private final LifeProcess process;
    private final Disk disk;
    private final Counts counts;
    private final PriorityQueue<Trouble> troubles = new PriorityQueue<>();

    private boolean wasRunning;
    private boolean isFull;
    private boolean hasEnded;
    private String end = "";

    private interface Action {
        void run() throws IOException, InterruptedException, FindingException;
    }

    private record Trouble(long atNs, Action action) implements Comparable<Trouble> {
        @Override
        public int compareTo(final Trouble other) {
            return Long.compare(atNs - other.atNs, 0);
        }
    }

    LifeCourse(final LifePlan plan, final LifeProcess process, final Disk disk, final Counts counts) {
        this.plan = plan;
        this.process = process;
        this.disk = disk;
        this.counts = counts;
    }

    /** Whether the process came so far as to run its job. */
    boolean wasRunning() {
        return wasRunning;
    }

    /** How it ended, in words. */
    String end() {
        return end;
    }

    /** Lets it live, and returns when it is gone. */
    void run() throws IOException, InterruptedException, FindingException {
        final long startNs = System.nanoTime();
        if (plan.ending() == Ending.KILL_EARLY) {
            at(startNs, plan.endAfterMs(), () -> kill(null));
        }
        try {
            follow(startNs);
        } finally {
            if (isFull) {
                disk.empty();
            }
        }
        if (plan.clockSeed() != 0 && wasRunning) {
            counts.clockJumps++;
        }
    }

    private void follow(final long startNs) throws IOException, InterruptedException, FindingException {
        long lastNs = startNs + START_TIMEOUT_NS;
        while (!hasEnded) {
            final Trouble next = troubles.peek();
            final long deadlineNs = next == null ? lastNs : next.atNs;
            final String line = process.nextLine(deadlineNs);
            if (line == null) {
                if (next == null) {
                    throw new FindingException("the process does not come to its end: " + plan);
                }
                troubles.poll().action.run();
            } else if (line.startsWith(Life.RUNNING)) {
                wasRunning = true;
                lastNs = System.nanoTime() + END_TIMEOUT_NS;
                planTroubles(System.nanoTime());
            } else if (line.startsWith(STEP)) {
                kill(line.substring(STEP.length()));
            } else if (line.equals(Life.FULL)) {
                counts.fullDisks++;
            } else if (line.equals(LifeProcess.END)) {
                ended();
            }
        }
    }

    private void planTroubles(final long nowNs) {
        if (plan.ending() == Ending.KILL || plan.ending() == Ending.KILL_AT_STEP) {
            at(nowNs, plan.endAfterMs(), () -> kill(null));
        }
        if (plan.pauseAtMs() > 0) {
            at(nowNs, plan.pauseAtMs(), this::pause);
        }
        if (plan.fillsDisk() && disk.canFill()) {
            at(nowNs, plan.fullAtMs(), this::fill);
            at(nowNs, plan.fullAtMs() + plan.fullForMs(), this::empty);
        }
    }

    private void at(final long fromNs, final int afterMs, final Action action) {
        troubles.add(new Trouble(fromNs + TimeUnit.MILLISECONDS.toNanos(afterMs), action));
    }

    private void pause() throws IOException, InterruptedException {
        process.pause();
        counts.pauses++;
        at(System.nanoTime(), plan.pauseForMs(), process::resume);
    }

    private void fill() throws IOException {
        isFull = true;
        disk.fill(SPARE_BYTES);
    }

    private void empty() throws IOException {
        isFull = false;
        disk.empty();
    }

    private void kill(final String step) throws IOException, InterruptedException, FindingException {
        if (!process.kill()) {
            ended();
            return;
        }
        hasEnded = true;
        counts.kills++;
        if (step != null) {
            counts.killsAtSteps++;
            counts.steps.add(step);
        }
        end = "killed " + (step == null ? "while " + (wasRunning ? "running" : "starting") : "at " + step);
    }

    private void ended() throws IOException, InterruptedException, FindingException {
        hasEnded = true;
        final int status = process.awaitEnd();
        if (status != 0 && process.stoppedAtFailedForce()) {
            end = "stopped at a force that failed";
            return;
        }
        if (status != 0 && plan.fillsDisk() && process.stoppedAtFullDisk()) {
            // Seldom: there was room again, and all was fed, before the kill that was to end it.
            end = "stopped at a full disk";
            return;
        }
        if (status != 0) {
            throw new FindingException("it ended with status " + status + ": " + process.firstError());
        }
        if (plan.ending() == Ending.CLOSE) {
            counts.closes++;
        }
        end = "closed in order";
    }
}
