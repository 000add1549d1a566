package io.millrace.log.segment;

import io.millrace.log.record.ByteRanges;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordKind;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Knows where the latest record of each key is in some full segments that follow each other. It holds no keys but the
 * positions of their records, and compares bytes, so that keys of the same hash stay apart. One thread.
 */
public final class LatestKeys implements AutoCloseable {
    private static final int MIN_CAPACITY = 1024;
    private static final int MAX_SHARE_OF_CAPACITY = 2;

    /** No record is at this position. */
    private static final long NONE = 0;

    private final SegmentScan scan;
    private final int segmentLength;
    private final int maxKeys;
    private final List<Segment> segments = new ArrayList<>();

    private int[] hashes = new int[MIN_CAPACITY];
    private long[] positions = new long[MIN_CAPACITY];
    private int size;

    /**
     * Creates one that knows no key.
     *
     * @param files   of the partition.
     * @param maxKeys most keys before {@link #hasRoom()} says no; one more segment may go beyond it.
     */
    public LatestKeys(final SegmentFiles files, final int maxKeys) {
        this.scan = new SegmentScan(files);
        this.segmentLength = files.segmentLength();
        this.maxKeys = maxKeys;
    }

    /**
     * Tells whether another segment should be added.
     *
     * @return false when there are enough keys.
     */
    public boolean hasRoom() {
        return size < maxKeys;
    }

    /**
     * Takes the keys of the next segment.
     *
     * @param segment that follows the one added before; full. Its reference is taken over.
     * @throws io.millrace.log.error.MillraceException CORRUPT when a record is damaged.
     */
    public void add(final Segment segment) {
        segments.add(segment);
        final UnsafeBuffer buffer = segment.buffer();
        int offset = SegmentDescriptor.HEADER_LENGTH;
        while (!SegmentWalk.isEnd(buffer, offset)) {
            final int length = scan.length(segment, offset);
            if (isKeyed(buffer, offset)) {
                put(buffer, offset, segment.basePosition() + offset);
            }
            offset += RecordDescriptor.align(length);
        }
    }

    /**
     * Tells whether a later record of the same key takes the place of a record.
     *
     * @param buffer of the record.
     * @param offset of the record.
     * @return true for records of the application that have a key.
     */
    public static boolean isKeyed(final DirectBuffer buffer, final int offset) {
        final byte kind = RecordDescriptor.kind(buffer, offset);
        return (kind == RecordKind.DATA || kind == RecordKind.TOMBSTONE)
                && RecordDescriptor.keyLength(buffer, offset) > 0;
    }

    /**
     * Finds the latest record of a record's key.
     *
     * @param buffer of the record.
     * @param offset of the record.
     * @return its position, 0 when there is none here.
     */
    public long latest(final DirectBuffer buffer, final int offset) {
        final int hash = hash(buffer, offset);
        return positions[find(buffer, offset, hash)];
    }

    private void put(final DirectBuffer buffer, final int offset, final long position) {
        final int hash = hash(buffer, offset);
        final int slot = find(buffer, offset, hash);
        if (positions[slot] == NONE) {
            size++;
        }
        hashes[slot] = hash;
        positions[slot] = position;
        if (size > positions.length / MAX_SHARE_OF_CAPACITY) {
            grow();
        }
    }

    /** The slot of the record's key, or the free one where it belongs. */
    private int find(final DirectBuffer buffer, final int offset, final int hash) {
        final int mask = positions.length - 1;
        int slot = hash & mask;
        while (positions[slot] != NONE && (hashes[slot] != hash || !isSameKey(buffer, offset, positions[slot]))) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private boolean isSameKey(final DirectBuffer buffer, final int offset, final long position) {
        final long firstBase = segments.get(0).basePosition();
        final DirectBuffer other =
                segments.get((int) ((position - firstBase) / segmentLength)).buffer();
        final int otherOffset = (int) (position & (segmentLength - 1));
        final int keyLength = RecordDescriptor.keyLength(buffer, offset);
        return keyLength == RecordDescriptor.keyLength(other, otherOffset)
                && ByteRanges.areEqual(
                        buffer,
                        offset + RecordDescriptor.HEADER_LENGTH,
                        other,
                        otherOffset + RecordDescriptor.HEADER_LENGTH,
                        keyLength);
    }

    private void grow() {
        final int[] oldHashes = hashes;
        final long[] oldPositions = positions;
        hashes = new int[oldHashes.length * 2];
        positions = new long[oldPositions.length * 2];
        final int mask = positions.length - 1;
        for (int i = 0; i < oldPositions.length; i++) {
            if (oldPositions[i] != NONE) {
                int slot = oldHashes[i] & mask;
                while (positions[slot] != NONE) {
                    slot = (slot + 1) & mask;
                }
                hashes[slot] = oldHashes[i];
                positions[slot] = oldPositions[i];
            }
        }
    }

    /** FNV-1a, 32 bits, by Fowler, Noll and Vo (public domain), mixed so that its low bits choose a slot. */
    private static int hash(final DirectBuffer buffer, final int offset) {
        final int start = offset + RecordDescriptor.HEADER_LENGTH;
        final int end = start + RecordDescriptor.keyLength(buffer, offset);
        int hash = 0x811c9dc5;
        for (int i = start; i < end; i++) {
            hash = (hash ^ buffer.getByte(i)) * 0x01000193;
        }
        return hash ^ hash >>> 16;
    }

    /** Gives the segments back. */
    @Override
    public void close() {
        segments.forEach(Segment::release);
        segments.clear();
    }
}
