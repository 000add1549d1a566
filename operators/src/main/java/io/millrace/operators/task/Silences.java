package io.millrace.operators.task;

import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which producers of an exchange are silent, and against whom that counts.
 *
 * <p>The problem: "silent" in an exchange stands until the producer's next record. As things happen, that record comes when it
 * comes. But a job that reads history finds the word of a silence that was over long ago, while what came behind it is not in
 * the exchange yet, only because nobody has had the time to read it. The others, who are read sooner, must not go on without it.
 *
 * <p>The idea: each watermark has an origin, the log time of what made it in a source topic. A producer that is silent with
 * origin {@code t} had nothing to say before {@code t}. What the others made up to {@code t} need not wait for it. What they made later
 * is waited with, unless the word was given as it happened: the exchange took it at most {@link #AT_ONCE_NS} behind {@code t},
 * at {@code e}. Then the producer had read all it had, and what the others make from {@code e} on goes on without it, until its next
 * record. Whatever has an origin between {@code t} and {@code e} waits in both cases, since a job that was started in between
 * may have records of that time before it.
 *
 * <p>All of it is a function of the exchange. A producer that is silent for good holds up what is read from history until it is asked
 * for its silence anew: a tick of its partition, once all in there is read, gives an origin of now.
 *
 * <p>Written by the task's thread; {@link #wantedNs} may be asked by any.
 */
final class Silences {
    /** A silence that the exchange hears of no later than this behind the tick that told it is told as it happens, in ns. */
    static final long AT_ONCE_NS = 1_000_000_000L;

    private static final long NONE = Long.MIN_VALUE;

    private final long[] originsNs;
    private final boolean[] areSilent;

    // Of the watermark from which on it has said the same: that it is silent, or that it is not and how far it is.
    private final long[] sinceNs;

    // Of a silent one: origins from here on do not wait for it, and how many producers have one that does.
    private final long[] resumesNs;
    private final int[] waiting;

    private final AtomicLongArray wanted;
    private volatile long newestWantedNs = NONE;

    Silences(final int producers) {
        originsNs = new long[producers];
        Arrays.fill(originsNs, NONE);
        areSilent = new boolean[producers];
        sinceNs = new long[producers];
        Arrays.fill(sinceNs, NONE);
        resumesNs = new long[producers];
        waiting = new int[producers];
        wanted = new AtomicLongArray(producers);
        for (int i = 0; i < producers; i++) {
            wanted.setPlain(i, NONE);
        }
    }

    /** Takes a watermark of a producer, which the exchange took at a clock. */
    void onMark(final int producer, final boolean isSilent, final long originNs, final long clockNs) {
        final long beforeNs = originsNs[producer];
        final long newNs = Math.max(beforeNs, originNs);
        originsNs[producer] = newNs;
        if (!isSilent || !areSilent[producer]) {
            sinceNs[producer] = newNs;
        }
        areSilent[producer] = isSilent;
        resumesNs[producer] = clockNs - newNs <= AT_ONCE_NS ? clockNs : Long.MAX_VALUE;
        waiting[producer] = 0;
        for (int i = 0; i < originsNs.length; i++) {
            if (i != producer) {
                waiting[i] += (waitsFor(i, newNs) ? 1 : 0) - (waitsFor(i, beforeNs) ? 1 : 0);
                waiting[producer] += waitsFor(producer, originsNs[i]) ? 1 : 0;
            }
        }
    }

    private boolean waitsFor(final int silent, final long originNs) {
        return originNs > originsNs[silent] && originNs < resumesNs[silent];
    }

    boolean isSilent(final int producer) {
        return areSilent[producer];
    }

    /** Log time in source topics up to which a producer has been heard. */
    long originNs(final int producer) {
        return originsNs[producer];
    }

    /** Log time in source topics of the watermark that began a producer's silence, or of its last one where it is not silent. */
    long sinceNs(final int producer) {
        return sinceNs[producer];
    }

    /** Whether nobody has to wait for a producer. */
    boolean isLeftOut(final int producer) {
        return areSilent[producer] && waiting[producer] == 0;
    }

    /** The newest log time in source topics that the exchange has heard of. */
    long newestOriginNs() {
        long newest = NONE;
        for (final long each : originsNs) {
            newest = Math.max(newest, each);
        }
        return newest;
    }

    /** Asks those that are silent and not left out how long they are, or takes the question back. */
    void ask(final boolean isNeeded) {
        final long untilNs = isNeeded ? newestOriginNs() : NONE;
        for (int i = 0; i < originsNs.length; i++) {
            final long each = areSilent[i] && waiting[i] > 0 ? untilNs : NONE;
            if (wanted.getPlain(i) != each) {
                wanted.lazySet(i, each);
            }
        }
        if (newestWantedNs != untilNs) {
            newestWantedNs = untilNs;
        }
    }

    /** Log time up to which the silence of some producer has to be known; the least long for none. */
    long wantedNs() {
        return newestWantedNs;
    }

    /** Log time up to which the silence of a producer has to be known; the least long where it does not matter. */
    long wantedNs(final int producer) {
        return wanted.get(producer);
    }

    void snapshot(final StateWriter out) {
        for (int i = 0; i < originsNs.length; i++) {
            out.writeLong(originsNs[i]);
            out.writeBoolean(areSilent[i]);
            out.writeLong(sinceNs[i]);
            out.writeLong(resumesNs[i]);
            out.writeInt(waiting[i]);
        }
    }

    void restore(final StateReader in) {
        for (int i = 0; i < originsNs.length; i++) {
            originsNs[i] = in.readLong();
            areSilent[i] = in.readBoolean();
            sinceNs[i] = in.readLong();
            resumesNs[i] = in.readLong();
            waiting[i] = in.readInt();
        }
    }
}
