package io.millrace.testkit.conformance;

import io.millrace.log.record.RecordKind;
import io.millrace.testkit.DriverLog.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** How time passes in a partition, found anew at each record from all the records before it. */
abstract class PartitionTime {
    static final long NONE = Long.MIN_VALUE;
    static final long END = Long.MAX_VALUE;

    /** The moments of a partition, up to the end of its input. */
    final List<Moment> moments(final List<Entry> entries) {
        final List<Moment> moments = new ArrayList<>();
        final List<Entry> history = new ArrayList<>();
        final List<Long> clocks = new ArrayList<>();
        long clock = NONE;
        long before = NONE;
        long origin = NONE;
        for (final Entry entry : entries) {
            if (before == END) {
                break;
            }
            clock = Math.max(clock, entry.logTimeNs());
            final boolean isData = entry.kind() == RecordKind.DATA;
            final boolean isFalse = isData && isFalse(entry, clock);
            if (!isFalse) {
                history.add(entry);
                clocks.add(clock);
            }
            final long watermark = Math.max(before, isFalse ? NONE : reached(history, clocks));
            final boolean isIdle = isIdle(history, clocks);
            origin = Math.max(origin, history.isEmpty() ? NONE : origin(history, clocks));
            moments.add(new Moment(entry, clock, before, watermark, origin, isIdle, isData && !isFalse));
            before = watermark;
        }
        return moments;
    }

    /** Whether an event time cannot be true. */
    abstract boolean isFalse(Entry entry, long clockNs);

    /** Event time that the last of some records speaks for, by itself and what came before. */
    abstract long reached(List<Entry> history, List<Long> clocks);

    abstract boolean isIdle(List<Entry> history, List<Long> clocks);

    /** Log time in source topics that the last of some records tells of. */
    abstract long origin(List<Entry> history, List<Long> clocks);

    /** A topic that a test writes. */
    static final class OfSource extends PartitionTime {
        private final long boundNs;
        private final long idleAfterNs;
        private final long maxAheadNs;

        OfSource(final long boundNs, final long idleAfterNs, final long maxAheadNs) {
            this.boundNs = boundNs;
            this.idleAfterNs = idleAfterNs;
            this.maxAheadNs = maxAheadNs;
        }

        @Override
        boolean isFalse(final Entry entry, final long clockNs) {
            return entry.eventTimeNs() > clockNs && entry.eventTimeNs() - clockNs > maxAheadNs;
        }

        @Override
        long reached(final List<Entry> history, final List<Long> clocks) {
            long base = NONE;
            for (final Entry entry : history) {
                if (entry.kind() == RecordKind.DATA) {
                    base = Math.max(base, entry.eventTimeNs() - boundNs);
                } else if (entry.kind() == RecordKind.WATERMARK) {
                    base = Math.max(base, entry.eventTimeNs());
                }
            }
            return base == NONE || !isIdle(history, clocks) ? base : base + silence(history, clocks) - idleAfterNs;
        }

        @Override
        boolean isIdle(final List<Entry> history, final List<Long> clocks) {
            return idleAfterNs != END && silence(history, clocks) >= idleAfterNs;
        }

        @Override
        long origin(final List<Entry> history, final List<Long> clocks) {
            return clocks.get(clocks.size() - 1);
        }

        // How long nothing but ticks has come; counted from the first tick where nothing has ever come. -1 at what ends
        // or
        // begins a silence.
        private static long silence(final List<Entry> history, final List<Long> clocks) {
            final int last = history.size() - 1;
            if (last < 0 || history.get(last).kind() != RecordKind.TICK) {
                return -1;
            }
            int since = last;
            while (since > 0 && history.get(since).kind() == RecordKind.TICK) {
                since--;
            }
            return since == last ? -1 : clocks.get(last) - clocks.get(since);
        }
    }

    /** An exchange, that a number of tasks write. */
    static final class OfExchange extends PartitionTime {
        private static final long AT_ONCE = 1_000_000_000L;

        private final int producers;

        OfExchange(final int producers) {
            this.producers = producers;
        }

        @Override
        boolean isFalse(final Entry entry, final long clockNs) {
            return false;
        }

        @Override
        boolean isIdle(final List<Entry> history, final List<Long> clocks) {
            return false;
        }

        @Override
        long origin(final List<Entry> history, final List<Long> clocks) {
            final Entry last = history.get(history.size() - 1);
            return switch (last.kind()) {
                case RecordKind.WATERMARK -> last.originNs();
                case RecordKind.TICK ->
                    onward(history, clocks, words(history, clocks)) == NONE ? NONE : clocks.get(clocks.size() - 1);
                default -> NONE;
            };
        }

        @Override
        long reached(final List<Entry> history, final List<Long> clocks) {
            final List<Word> words = words(history, clocks);
            if (words.size() < producers) {
                return NONE;
            }
            final List<Word> open =
                    words.stream().filter(word -> word.largest != END).toList();
            if (open.isEmpty()) {
                return END;
            }
            final OptionalLong smallestActive = open.stream()
                    .filter(word -> !word.isLeftOut(words))
                    .mapToLong(Word::beforeSilence)
                    .min();
            if (smallestActive.isPresent()) {
                return Math.max(smallestActive.getAsLong(), asOfSilence(words));
            }
            final long largestIdle =
                    open.stream().mapToLong(Word::largest).max().getAsLong();
            return Math.max(largestIdle, onward(history, clocks, words));
        }

        // At the last moment at which all that are waited for, though they are silent now, are known to have been.
        private static long asOfSilence(final List<Word> words) {
            final List<Word> open =
                    words.stream().filter(word -> word.largest != END).toList();
            long known = NONE;
            for (final Word word : open) {
                if (word.isSilent && !word.isLeftOut(words) && (known == NONE || word.origin < known)) {
                    known = word.origin;
                }
            }
            long furthest = NONE;
            long nearest = END;
            for (final Word word : words) {
                if (word.since > known) {
                    return NONE;
                }
                if (word.largest != END && !word.isSilent) {
                    nearest = Math.min(nearest, word.largest);
                } else if (word.largest != END && word.origin <= known) {
                    furthest = Math.max(furthest, word.largest);
                }
            }
            return nearest == END ? furthest : nearest;
        }

        // Where a tick brings event time when some have ended and the others are silent.
        private long onward(final List<Entry> history, final List<Long> clocks, final List<Word> words) {
            final boolean isOnlySilenceLeft = words.size() == producers
                    && words.stream().anyMatch(word -> word.largest == END)
                    && words.stream().anyMatch(word -> word.largest != END)
                    && words.stream().allMatch(word -> word.largest == END || word.isLeftOut(words));
            final long largestEnded =
                    words.stream().mapToLong(Word::beforeEnd).max().orElse(NONE);
            final long endedSince =
                    words.stream().mapToLong(Word::endedAt).max().orElse(NONE);
            return isOnlySilenceLeft
                            && largestEnded != NONE
                            && history.get(history.size() - 1).kind() == RecordKind.TICK
                    ? largestEnded + clocks.get(clocks.size() - 1) - endedSince
                    : NONE;
        }

        private static List<Word> words(final List<Entry> history, final List<Long> clocks) {
            final Map<Integer, Word> words = new TreeMap<>();
            for (int i = 0; i < history.size(); i++) {
                final Entry entry = history.get(i);
                if (entry.kind() == RecordKind.WATERMARK) {
                    final Word before = words.getOrDefault(entry.producerId(), Word.NOTHING);
                    words.put(entry.producerId(), before.then(entry, clocks.get(i)));
                }
            }
            return List.copyOf(words.values());
        }

        /**
         * What a producer has said so far.
         *
         * @param largest       of its watermarks.
         * @param beforeSilence the largest that it said while it was not silent.
         * @param beforeEnd     the largest but for the final one, if it has ended; otherwise none.
         * @param endedAt       clock at its end.
         * @param isSilent      by its last watermark, and not any more.
         * @param origin        of that one.
         * @param since         origin of the one that began the silence; of the last where it is not silent.
         * @param heardAt       clock at that one.
         */
        private record Word(
                long largest,
                long beforeSilence,
                long beforeEnd,
                long endedAt,
                boolean isSilent,
                long origin,
                long since,
                long heardAt) {
            static final Word NOTHING = new Word(NONE, NONE, NONE, NONE, false, NONE, NONE, NONE);

            Word then(final Entry entry, final long clock) {
                final boolean isEnd = entry.eventTimeNs() == END;
                final long now = Math.max(largest, entry.eventTimeNs());
                return new Word(
                        now,
                        entry.isIdle() ? beforeSilence : now,
                        isEnd ? largest : beforeEnd,
                        isEnd ? clock : endedAt,
                        entry.isIdle(),
                        entry.originNs(),
                        entry.isIdle() && isSilent ? since : entry.originNs(),
                        clock);
            }

            // Nobody has said anything that this one could have to say something before.
            boolean isLeftOut(final List<Word> all) {
                return isSilent
                        && all.stream()
                                .noneMatch(other -> origin < other.origin
                                        && (other.origin < heardAt || origin + AT_ONCE < heardAt));
            }
        }
    }
}
