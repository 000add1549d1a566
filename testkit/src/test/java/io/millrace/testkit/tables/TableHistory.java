package io.millrace.testkit.tables;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToIntFunction;

/**
 * The table of a topic as the page of exact semantics defines it: all that ever came is kept, and what a key has is found anew at each
 * question, from the beginning.
 */
final class TableHistory {
    static final long FOR_EVER = Long.MAX_VALUE;
    static final long NEVER = Long.MIN_VALUE;

    /**
     * How a key stands.
     *
     * @param value  null for none.
     * @param timeMs event time of its last change.
     * @param endMs  log time at which its life ends if nothing comes.
     */
    record Standing(String value, long timeMs, long endMs) {}

    private final boolean isLatestByTime;
    private final long timeToLiveMs;
    private final ToIntFunction<String> partition;
    private final List<TableScript.Entry> entries = new ArrayList<>();

    TableHistory(final boolean isLatestByTime, final long timeToLiveMs, final ToIntFunction<String> partition) {
        this.isLatestByTime = isLatestByTime;
        this.timeToLiveMs = timeToLiveMs;
        this.partition = partition;
    }

    void add(final TableScript.Entry entry) {
        entries.add(entry);
    }

    Set<String> keys() {
        final Set<String> keys = new TreeSet<>();
        entries.forEach(entry -> keys.add(entry.key()));
        return keys;
    }

    /** How a key stands at a log time, in front of what comes at that time but is not here yet. */
    Standing at(final String key, final long nowMs) {
        Standing standing = new Standing(null, NEVER, FOR_EVER);
        long latestMs = NEVER;
        for (final TableScript.Entry entry : entries) {
            if (standing.endMs <= entry.atMs()) {
                standing = ended(key, standing);
                latestMs = NEVER;
            }
            if (entry.key().equals(key) && !(isLatestByTime && entry.timeMs() < latestMs)) {
                latestMs = entry.timeMs();
                standing = renewed(entry, standing);
            }
        }
        return standing.endMs <= nowMs ? ended(key, standing) : standing;
    }

    private Standing renewed(final TableScript.Entry entry, final Standing before) {
        // What is deleted is remembered only where nothing older may bring it back, and for as long as a life.
        final boolean isAlive = entry.value() != null || isLatestByTime;
        final long endMs = isAlive && timeToLiveMs != FOR_EVER ? entry.atMs() + timeToLiveMs : FOR_EVER;
        final boolean isChange = !Objects.equals(before.value, entry.value());
        return new Standing(entry.value(), isChange ? entry.timeMs() : before.timeMs, endMs);
    }

    private Standing ended(final String key, final Standing before) {
        final boolean isChange = before.value != null;
        return new Standing(null, isChange ? watermarkMs(key, before.endMs) : before.timeMs, FOR_EVER);
    }

    // Of the partition of a key: there is no out-of-orderness, and no silence that is long enough.
    private long watermarkMs(final String key, final long untilMs) {
        return entries.stream()
                .filter(entry -> entry.atMs() < untilMs)
                .filter(entry -> partition.applyAsInt(entry.key()) == partition.applyAsInt(key))
                .mapToLong(TableScript.Entry::timeMs)
                .max()
                .orElse(NEVER);
    }

    /** The next log time at which a life ends. */
    long nextEndMs(final long nowMs) {
        return keys().stream().mapToLong(key -> at(key, nowMs).endMs).min().orElse(FOR_EVER);
    }

    /** Whether what comes next is late: it is older than what its key has. */
    boolean isLate(final TableScript.Entry next) {
        long latestMs = NEVER;
        long endMs = FOR_EVER;
        for (final TableScript.Entry entry : entries) {
            if (endMs <= entry.atMs()) {
                latestMs = NEVER;
            }
            if (entry.key().equals(next.key()) && entry.timeMs() >= latestMs) {
                latestMs = entry.timeMs();
                endMs = timeToLiveMs == FOR_EVER ? FOR_EVER : entry.atMs() + timeToLiveMs;
            }
        }
        return isLatestByTime && endMs > next.atMs() && next.timeMs() < latestMs;
    }
}
