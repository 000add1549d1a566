package io.millrace.log.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What one crash does: what was not forced and survives nevertheless, bytes, lengths and names. */
final class CrashChoice {
    private static final int[] NEW_PERCENTAGES = {0, 2, 10, 30, 50, 70, 90, 98, 100};
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    /** How the operations on names that were not forced survive. */
    private enum Names {
        /** Up to a moment, in all directories: a file system with one journal. */
        UP_TO_A_MOMENT,
        /** Up to a moment of its own in each directory. */
        UP_TO_A_MOMENT_EACH,
        /** Each one or not, as far as it can be without those left out: all that POSIX promises. */
        ANY
    }

    private enum Kind {
        PROCESS,
        REBOOT,
        MACHINE
    }

    private final Kind kind;
    private final long seed;
    private final int newPercentage;
    private final boolean tearsSectors;
    private final Names names;
    private final long lastSerial;

    private CrashChoice(final Kind kind, final long seed, final long nextSerial) {
        final SplittableRandom random = new SplittableRandom(seed);
        this.kind = kind;
        this.seed = seed;
        this.newPercentage = NEW_PERCENTAGES[random.nextInt(NEW_PERCENTAGES.length)];
        this.tearsSectors = random.nextInt(4) == 0;
        this.names = Names.values()[random.nextInt(Names.values().length)];
        // Half of the time the names survive, so that the bytes below them are looked at.
        this.lastSerial = random.nextBoolean() ? nextSerial : random.nextLong(nextSerial + 1);
    }

    /** The process ends: the machine goes on and keeps everything, on disk or not. */
    static CrashChoice processCrash() {
        return new CrashChoice(Kind.PROCESS, 0, 0);
    }

    /** The process ends, and the machine writes everything back before it ends too. */
    static CrashChoice reboot() {
        return new CrashChoice(Kind.REBOOT, 0, 0);
    }

    /** The machine loses its power. */
    static CrashChoice machineCrash(final long seed, final long nextSerial) {
        return new CrashChoice(Kind.MACHINE, seed, nextSerial);
    }

    boolean isProcessCrash() {
        return kind == Kind.PROCESS;
    }

    boolean keepsAll() {
        return kind != Kind.MACHINE;
    }

    /** Random numbers for one file or directory, so that they do not depend on the order in which files are read. */
    SplittableRandom random(final long id) {
        return new SplittableRandom(seed ^ (id + 1) * GOLDEN);
    }

    boolean keepsNew(final SplittableRandom random) {
        return random.nextInt(100) < newPercentage;
    }

    boolean tears(final SplittableRandom random) {
        return tearsSectors && random.nextInt(4) == 0;
    }

    /** Length of a file that had one length on disk and has another in memory. */
    int length(final int durableLength, final int length, final SplittableRandom random) {
        if (keepsAll() || durableLength == length) {
            return length;
        }
        if (random.nextInt(4) == 0) {
            final int from = Math.min(durableLength, length);
            return from + random.nextInt(Math.abs(length - durableLength) + 1);
        }
        return keepsNew(random) ? length : durableLength;
    }

    /** The changes of one directory that survive, in their order. */
    List<ImageDirectory.Change> survivors(final List<ImageDirectory.Change> pending, final SplittableRandom random) {
        if (keepsAll() || pending.isEmpty()) {
            return pending;
        }
        if (names == Names.UP_TO_A_MOMENT_EACH) {
            return pending.subList(0, random.nextInt(pending.size() + 1));
        }
        final List<ImageDirectory.Change> survivors = new ArrayList<>();
        for (final ImageDirectory.Change change : pending) {
            if (names == Names.ANY ? random.nextBoolean() : change.serial() < lastSerial) {
                survivors.add(change);
            }
        }
        return survivors;
    }

    @Override
    public String toString() {
        return "CrashChoice{kind=" + kind + ", seed=" + seed + ", newPercentage=" + newPercentage + ", tearsSectors="
                + tearsSectors + ", names=" + names + ", lastSerial=" + lastSerial + '}';
    }
}
