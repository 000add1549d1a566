package io.millrace.log;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.log.segment.ProducerSnapshot;
import io.millrace.log.segment.ProducerTable;
import io.millrace.log.segment.Segment;
import io.millrace.log.segment.SegmentDescriptor;
import io.millrace.log.segment.SegmentFiles;
import io.millrace.log.segment.SegmentIndex;
import io.millrace.log.segment.SegmentRecovery;
import io.millrace.log.segment.SegmentSearch;
import io.millrace.log.segment.TailFollower;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the files of a new partition, or finds the tail of one that exists. Used once, by one thread.
 *
 * <p>What may be trusted depends on how the last run ended:
 *
 * <ul>
 *   <li>closed in order: the tail is known, {@link #resume};
 *   <li>the process was killed: every store is in the page cache, {@link #recover} walks what is not sealed and repairs
 *       what threads left unfinished;
 *   <li>the machine stopped: of what was not forced any sector may be old, new or torn, any file short and any name gone.
 *       {@link #cut} keeps what the last durable cut names, in a source also what is proven to follow it, and makes sure
 *       that nothing of the rest can ever be taken for a record, now or after the next crash.
 * </ul>
 */
final class PartitionOpening {
    /** Stands for the position of a partition that no cut names: it is younger than the last one. */
    static final long UNNAMED = -1;

    private final SegmentFiles files;
    private final PartitionProducers producers;
    private final SegmentRecovery recovery;
    private final SegmentSearch search = new SegmentSearch();
    private final ProducerTable producersAtTail = new ProducerTable();
    private final List<String> damages = new ArrayList<>();

    private Segment tail;
    private long beginBase;
    private long snapshotPosition;
    private long logTimeNs = Long.MIN_VALUE;
    private long cutLength;

    PartitionOpening(final SegmentFiles files, final PartitionProducers producers) {
        this.files = files;
        this.producers = producers;
        this.recovery = new SegmentRecovery(files, this::onRecord);
    }

    /** Tells where the first segment starts. */
    static long beginBase(final SegmentFiles files) {
        final List<Long> bases = files.list();
        if (bases.isEmpty()) {
            throw new MillraceException(
                    ErrorCode.CORRUPT,
                    "a partition has no segment: " + files.owner() + "; restore its files from a copy");
        }
        return bases.get(0);
    }

    /** Makes the first segment, over those of an attempt that was cut short, if nothing is in them. */
    static void create(final SegmentFiles files, final long firstBase) throws IOException {
        for (final long base : files.bases()) {
            if (!files.isBlank(base)) {
                throw new MillraceException(
                        ErrorCode.CORRUPT,
                        "a topic that does not exist has records: " + files.owner() + " file=" + files.path(base)
                                + "; restore the topic's properties file from a copy, or move the directory away");
            }
            if (base != firstBase) {
                files.delete(base);
            }
        }
        files.prepare(firstBase);
    }

    /** Has recovery remove what was not finished at the tail, where it would make it padding. Before anything is walked. */
    void cutsUnfinished(final boolean cuts) {
        recovery.cutsUnfinished(cuts);
    }

    /**
     * Goes on at a tail that is known.
     *
     * @param newBeginBase of the first segment.
     * @param tailPosition where all that was committed ends, all of it forced.
     * @param clock        of the partition there.
     * @param isSuspect    whether the machine has stopped since, so that there may be anything behind the tail.
     */
    void resume(final long newBeginBase, final long tailPosition, final long clock, final boolean isSuspect)
            throws IOException {
        beginBase = newBeginBase;
        startAt(tailPosition);
        logTimeNs = Math.max(logTimeNs, clock);
        readTo(tailPosition);
        if (isSuspect) {
            clearFrom(tailPosition);
            files.forceNames();
        }
        openTail(tailPosition);
        producers.start(producersAtTail, tailPosition());
    }

    /**
     * Finds the tail after the end of the process. The walk starts behind the newest snapshot of the producers: all before
     * it is committed and has its checksum.
     *
     * @param forcedPosition before which all is known to be on disk.
     * @param hasFailure     whether a force failed before the process ended, so that the system may believe to be on disk what is
     *                       not.
     */
    void recover(final long forcedPosition, final boolean hasFailure) throws IOException {
        files.deleteTemporary();
        final List<Long> bases = present(forcedPosition);
        beginBase = bases.get(0);
        final int lastIndex = lastNonEmpty(bases);
        long position = startAt(bases.get(lastIndex) + files.segmentLength());
        for (int i = 0; i <= lastIndex; i++) {
            final long base = bases.get(i);
            final long end = base + files.segmentLength();
            if (end > position) {
                position =
                        recover(base, (int) Math.max(position - base, SegmentDescriptor.HEADER_LENGTH), i == lastIndex);
            }
            if (end > forcedPosition && hasFailure && files.exists(base)) {
                files.rewrite(base);
            } else if (end > forcedPosition) {
                renew(base, (int) Math.max(forcedPosition - base, 0), (int) Math.min(position - base, end - base));
            }
        }
        openTail(position);
        // The process may have been killed between giving a segment its name and forcing that.
        files.forceNames();
        producers.start(producersAtTail, tailPosition());
    }

    /** Walks a segment; returns where the next record goes, or is. */
    private long recover(final long base, final int from, final boolean isLast) throws IOException {
        final int segmentLength = files.segmentLength();
        final Segment segment = openExtended(base);
        int end = segmentLength;
        if (segment != null) {
            try {
                end = recovery.recover(segment, from, isLast);
            } finally {
                segment.release();
            }
        }
        if (end == segmentLength) {
            producers.onSegmentEnd(base + segmentLength, producersAtTail, logTimeNs);
        }
        return base + end;
    }

    private void rewriteFrom(final long position) throws IOException {
        for (final long base : files.bases()) {
            if (base + files.segmentLength() > position) {
                files.rewrite(base);
            }
        }
    }

    private void renew(final long base, final int from, final int to) {
        final Segment segment = from < to && files.exists(base) ? openKept(base) : null;
        if (segment != null) {
            segment.renew(from, to);
            segment.release();
        }
    }

    /**
     * Finds the tail after a stop of the machine, and clears what lies behind it.
     *
     * @param namedPosition that the last cut names, all before it was forced; or {@link #UNNAMED}.
     * @param namedBegin    base position of the first segment, as the cut names it.
     * @param clock         of the partition at the position.
     * @param keepsProven   whether to keep what can be proven to follow.
     * @param hasFailure    whether an attempt to do this has failed: what it wrote may be in memory only.
     */
    void cut(
            final long namedPosition,
            final long namedBegin,
            final long clock,
            final boolean keepsProven,
            final boolean hasFailure)
            throws IOException {
        files.deleteTemporary();
        final long position = begin(namedPosition, namedBegin);
        startAt(position);
        readTo(position);
        logTimeNs = Math.max(logTimeNs, clock);
        final long tailPosition = keepsProven ? readProven(position) : position;
        clearFrom(tailPosition);
        if (hasFailure) {
            rewriteFrom(tailPosition);
        }
        producers.start(producersAtTail, tailPosition);
        files.forceNames();
        stampBefore(tailPosition, position);
        openTail(tailPosition);
    }

    /**
     * Marks the segments from a position to that of the tail as used in this run of the machine. Until the next cut the last
     * one names the position, and who opens the partition after a kill asks the segment there whether anything can follow.
     */
    private void stampBefore(final long tailPosition, final long position) {
        final int segmentLength = files.segmentLength();
        for (long base = position & -segmentLength; base < (tailPosition & -segmentLength); base += segmentLength) {
            final Segment segment = openQuietly(base);
            if (segment != null) {
                files.stamp(segment);
                segment.release();
            }
        }
    }

    /** Finds the first segment; returns the position that is known to be on disk. */
    private long begin(final long namedPosition, final long namedBegin) {
        final List<Long> bases = files.bases();
        final long first = bases.isEmpty() ? 0 : bases.get(0);
        if (namedPosition == UNNAMED) {
            // Nothing is removed of a partition before a cut names it.
            beginBase = 0;
        } else {
            // Of one that was empty only the removal of what is behind the cut, cut short, takes the first segment
            // away.
            final boolean isEmpty = namedPosition <= namedBegin + SegmentDescriptor.HEADER_LENGTH;
            beginBase = isEmpty ? namedBegin : Math.max(first, namedBegin);
        }
        final long begin = beginBase + SegmentDescriptor.HEADER_LENGTH;
        if (bases.isEmpty() && namedPosition != UNNAMED) {
            beginBase = namedBegin;
            return namedPosition;
        }
        // What was truncated after the cut is gone, and what the cut names with it.
        return Math.max(begin, namedPosition);
    }

    /** Takes what the newest snapshot says; returns its position. */
    private long startAt(final long endPosition) throws IOException {
        final ProducerSnapshot snapshot = producers.loadNewest(endPosition);
        producersAtTail.set(snapshot.table());
        logTimeNs = Math.max(logTimeNs, snapshot.clock());
        recovery.start(snapshot.clock());
        snapshotPosition = snapshot.position();
        return snapshotPosition;
    }

    /** Walks from the snapshot to a position before which all is committed. */
    private void readTo(final long position) throws IOException {
        final int segmentLength = files.segmentLength();
        long at = Math.max(snapshotPosition, beginBase);
        while (at < position) {
            final long base = at & -segmentLength;
            final long end = Math.min(position, base + segmentLength);
            final int from = (int) Math.max(at - base, SegmentDescriptor.HEADER_LENGTH);
            if (end - base > from) {
                extendKept(base);
                final Segment segment = openKept(base);
                if (segment != null) {
                    recovery.read(segment, from, (int) (end - base));
                    segment.release();
                }
            }
            if (end == base + segmentLength) {
                producers.onSegmentEnd(end, producersAtTail, logTimeNs);
            }
            at = end;
        }
    }

    private void extendKept(final long base) throws IOException {
        if (files.exists(base)) {
            files.extend(base);
        }
    }

    /** Walks as far as each record is proven to be one; returns where the last ends. */
    private long readProven(final long from) throws IOException {
        final int segmentLength = files.segmentLength();
        long position = from;
        while (files.exists(position & -segmentLength)) {
            final long base = position & -segmentLength;
            final int offset = (int) Math.max(position - base, SegmentDescriptor.HEADER_LENGTH);
            files.extend(base);
            final Segment segment = openQuietly(base);
            if (segment == null) {
                return position;
            }
            try {
                final int end = search.provenEnd(segment.buffer(), offset, base);
                if (end == offset) {
                    return position;
                }
                recovery.read(segment, offset, end);
                position = base + end;
                if (end < segmentLength) {
                    return position;
                }
                producers.onSegmentEnd(position, producersAtTail, logTimeNs);
            } finally {
                segment.release();
            }
        }
        return position;
    }

    /** Removes the segments behind the tail, and makes the rest of its own zero. */
    private void clearFrom(final long tailPosition) throws IOException {
        final int segmentLength = files.segmentLength();
        final long tailBase = tailPosition & -segmentLength;
        final int offset = (int) (tailPosition - tailBase);
        for (final long base : files.bases()) {
            if (base < beginBase || base > tailBase) {
                cutLength += base > tailBase && !files.isBlank(base) ? segmentLength : 0;
                files.delete(base);
            }
        }
        if (files.exists(tailBase) && offset <= SegmentDescriptor.HEADER_LENGTH && !files.isPrepared(tailBase)) {
            // Written anew in one step, when those behind it are gone for good. Without it the next one would be the
            // first.
            cutLength += files.isBlank(tailBase) ? 0 : segmentLength;
            files.forceNames();
            files.prepare(tailBase);
        }
        if (offset > SegmentDescriptor.HEADER_LENGTH && files.exists(tailBase)) {
            files.extend(tailBase);
            clearRest(tailBase, offset);
        }
    }

    private void clearRest(final long base, final int from) throws IOException {
        final Segment segment = openQuietly(base);
        if (segment != null) {
            final int usedLength = SegmentRecovery.usedLength(segment, from);
            final boolean hasIndex = SegmentIndex.isPresent(segment);
            segment.release();
            cutLength += usedLength;
            if (usedLength > 0 || hasIndex) {
                files.clearFrom(base, from);
            }
        }
    }

    /** Lists the segments that exist, those that should and do not left out; makes the one there must be. */
    private List<Long> present(final long position) throws IOException {
        final List<Long> bases = files.bases();
        if (bases.isEmpty()) {
            final long base = position & -files.segmentLength();
            files.prepare(base);
            return List.of(base);
        }
        for (int i = 1; i < bases.size(); i++) {
            if (bases.get(i) != bases.get(i - 1) + files.segmentLength()) {
                reportMissing(bases.get(i - 1) + files.segmentLength());
            }
        }
        return bases;
    }

    private int lastNonEmpty(final List<Long> bases) {
        int index = bases.size() - 1;
        while (index > 0) {
            final Segment segment = openQuietly(bases.get(index));
            // What cannot be opened holds something that nobody can read.
            final boolean isEmpty = segment != null && SegmentRecovery.isEmpty(segment);
            if (segment != null) {
                segment.release();
            }
            if (!isEmpty) {
                break;
            }
            index--;
        }
        return index;
    }

    /** Opens the segment of the tail; the next one when that is full, gone or not to be trusted. */
    private void openTail(final long position) throws IOException {
        final int segmentLength = files.segmentLength();
        final long base = position & -segmentLength;
        final int offset = (int) (position - base);
        if (offset <= SegmentDescriptor.HEADER_LENGTH) {
            openEmpty(base);
            return;
        }
        final Segment segment = files.exists(base) ? openKept(base) : null;
        if (segment == null) {
            if (!files.exists(base)) {
                reportMissing(base);
            }
            openEmpty(base + segmentLength);
        } else {
            tail = segment;
            tail.tailOffset(offset);
            files.stamp(tail);
        }
    }

    /** Nothing makes a file short but a stop of the machine or somebody's hand; what is left of it can be read. */
    private Segment openExtended(final long base) throws IOException {
        final int missingLength = files.extend(base);
        if (missingLength > 0) {
            damages.add("a segment file was short and is filled up with zeros: " + files.owner() + " position="
                    + (base + files.segmentLength() - missingLength) + " file=" + files.path(base) + " missing="
                    + missingLength);
        }
        return openKept(base);
    }

    private void openEmpty(final long base) throws IOException {
        if (!files.exists(base) || !files.isPrepared(base)) {
            final long before = base - files.segmentLength();
            final Segment full = before >= beginBase && files.exists(before) ? openQuietly(before) : null;
            if (full != null) {
                // As an appender leaves it that finds no next one yet: opening must not depend on space for it.
                tail = full;
                tail.tailOffset(full.length());
                files.stamp(tail);
                return;
            }
            files.prepare(base);
        }
        tail = files.openPrepared(base);
    }

    /** Opens a segment whose records are to be kept; null when it cannot be, which is reported. */
    private Segment openKept(final long base) {
        try {
            return files.open(base, false);
        } catch (final MillraceException ex) {
            onNotOpened(ex);
            damages.add(ex.getMessage());
            return null;
        }
    }

    private Segment openQuietly(final long base) {
        try {
            return files.open(base, false);
        } catch (final MillraceException ex) {
            onNotOpened(ex);
            return null;
        }
    }

    /** Damage is lived with. A disk that does not work, or a later version, is not. */
    private static void onNotOpened(final MillraceException ex) {
        if (ex.code() != ErrorCode.CORRUPT && !(ex.getCause() instanceof java.nio.file.NoSuchFileException)) {
            throw ex;
        }
    }

    private void reportMissing(final long base) {
        damages.add("a segment is missing: " + files.owner() + " position=" + base + " file=" + files.path(base));
    }

    private void onRecord(final RecordFlyweight record) {
        if (record.kind() == RecordKind.PRODUCER) {
            final int epoch = record.buffer().getInt(record.valueOffset(), ByteOrder.LITTLE_ENDIAN);
            producersAtTail.onEpoch(record.producerId(), epoch, record.position());
            return;
        }
        logTimeNs = Math.max(logTimeNs, record.logTimeNs());
        if (record.producerId() != 0) {
            producersAtTail.onRecord(record.producerId(), record.sequence(), record.position());
        }
    }

    /** The segment that appenders go on in, with a reference for the caller. */
    Segment tail() {
        return tail;
    }

    long tailPosition() {
        return tail.basePosition() + tail.tailOffset();
    }

    /** The greatest log time found, or the least of all. */
    long logTimeNs() {
        return logTimeNs;
    }

    /** Base position of the first segment. */
    long beginBase() {
        return beginBase;
    }

    /** Puts the follower at the tail: all before it is committed, has its checksum and is accounted for. */
    void start(final TailFollower follower) {
        follower.start(tailPosition(), producersAtTail, logTimeNs);
    }

    PartitionRecovery report() {
        damages.addAll(recovery.damages());
        return new PartitionRecovery(
                files.owner(),
                tailPosition(),
                recovery.recordCount(),
                recovery.paddedCount(),
                recovery.paddedLength(),
                cutLength,
                List.copyOf(damages));
    }
}
