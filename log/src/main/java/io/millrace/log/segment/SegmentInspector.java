package io.millrace.log.segment;

import static io.millrace.log.record.RecordDescriptor.HEADER_LENGTH;

import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.log.record.RecordMemory;
import io.millrace.log.record.RecordVisitor;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Looks through segments without changing them, trusting nothing that it reads, also while their owner appends. Damage
 * is reported, not thrown, and ends the look at that segment when it makes the next record impossible to find. One
 * thread.
 */
public final class SegmentInspector {
    private static final long NONE = -1;

    private final SegmentFiles files;
    private final RecordVisitor visitor;
    private final boolean verifiesChecksums;
    private final SegmentIndex index;
    private final RecordFlyweight flyweight = new RecordFlyweight();

    private UnsafeBuffer buffer;
    private long base;
    private int offset;
    private boolean isEnded;
    private long recordCount;
    private long checksumCount;
    private long paddingLength;
    private long openClaims;
    private long damagePosition;
    private String damage;

    /**
     * Creates an inspector of one partition.
     *
     * @param files             of the partition.
     * @param visitor           shown each committed record whose header is sound.
     * @param verifiesChecksums true to read every byte, false to read headers only.
     */
    public SegmentInspector(final SegmentFiles files, final RecordVisitor visitor, final boolean verifiesChecksums) {
        this.files = files;
        this.visitor = visitor;
        this.verifiesChecksums = verifiesChecksums;
        this.index = new SegmentIndex(files.segmentLength());
    }

    /**
     * Looks through one segment.
     *
     * @param segmentBase base position of the segment.
     * @return what was found.
     */
    public SegmentInspection inspect(final long segmentBase) {
        base = segmentBase;
        offset = SegmentDescriptor.HEADER_LENGTH;
        isEnded = false;
        recordCount = 0;
        checksumCount = 0;
        paddingLength = 0;
        openClaims = 0;
        damagePosition = NONE;
        damage = null;
        final Segment segment;
        try {
            segment = files.open(segmentBase, true);
        } catch (final MillraceException ex) {
            report(segmentBase, ex.getMessage());
            offset = 0;
            return result();
        }
        try {
            buffer = segment.buffer();
            while (!isEnded && buffer.capacity() - offset >= HEADER_LENGTH) {
                step();
            }
            if (verifiesChecksums && SegmentIndex.isPresent(segment) && !index.load(segment)) {
                report(base, "the time index is damaged; readers walk the segment instead");
            }
        } finally {
            buffer = null;
            segment.release();
        }
        return result();
    }

    private void step() {
        final int length = buffer.getIntVolatile(offset);
        final boolean isNoClaim =
                length <= 0 && RecordMemory.isNoClaim(buffer.addressOffset() + offset, buffer.capacity() - offset);
        if (length == 0 && !isNoClaim) {
            stepOverGap();
        } else if (isNoClaim || !isPlausible(Math.abs(length))) {
            reportHere("length=" + length);
            isEnded = true;
        } else if (length < 0) {
            stepOverClaim(length);
        } else {
            stepOverRecord(length);
        }
    }

    private boolean isPlausible(final int length) {
        return length >= HEADER_LENGTH && length <= buffer.capacity() - offset;
    }

    /** Zeros: the tail, or a claim that has not even its length yet. */
    private void stepOverGap() {
        int next = offset;
        while (next < buffer.capacity() && buffer.getLong(next) == 0) {
            next += Long.BYTES;
        }
        if (next == buffer.capacity()) {
            isEnded = true;
        } else if (buffer.getIntVolatile(offset) != 0) {
            // Its owner was quicker: look at this place again.
            return;
        } else if (next - offset < HEADER_LENGTH) {
            reportHere("gap=" + (next - offset));
            isEnded = true;
        } else {
            openClaims++;
            offset = next;
        }
    }

    private void stepOverClaim(final int length) {
        final int next = offset + RecordDescriptor.align(-length);
        // The last claim of a live segment is work in progress, not worth a word.
        if (buffer.capacity() - next >= HEADER_LENGTH && buffer.getIntVolatile(next) == 0) {
            isEnded = isZeroFrom(next);
        }
        if (!isEnded) {
            openClaims++;
            offset = next;
        }
    }

    private boolean isZeroFrom(final int start) {
        int at = start;
        while (at < buffer.capacity() && buffer.getLong(at) == 0) {
            at += Long.BYTES;
        }
        return at == buffer.capacity();
    }

    private void stepOverRecord(final int length) {
        final byte kind = RecordDescriptor.kind(buffer, offset);
        final int keyLength = RecordDescriptor.keyLength(buffer, offset);
        if (!RecordKind.isKnown(kind)) {
            reportHere("kind=" + kind);
        } else if (kind == RecordKind.PADDING) {
            paddingLength += length;
        } else if (keyLength > length - HEADER_LENGTH) {
            reportHere("length=" + length + " key length=" + keyLength);
        } else {
            visit(length);
        }
        offset += RecordDescriptor.align(length);
    }

    private void visit(final int length) {
        flyweight.wrap(buffer, offset, length, base + offset);
        recordCount++;
        checksumCount += flyweight.crc() == 0 ? 0 : 1;
        if (verifiesChecksums && !flyweight.isChecksumValid()) {
            report(base + offset, "record checksum mismatch: length=" + length);
        }
        isEnded = !visitor.onRecord(flyweight);
    }

    private void reportHere(final String what) {
        report(base + offset, "a record header is damaged: " + what);
    }

    private void report(final long position, final String what) {
        if (damage == null) {
            damagePosition = position;
            damage = what;
        }
    }

    private SegmentInspection result() {
        return new SegmentInspection(
                files.path(base),
                base,
                base + offset,
                recordCount,
                checksumCount,
                paddingLength,
                openClaims,
                damagePosition,
                damage);
    }
}
