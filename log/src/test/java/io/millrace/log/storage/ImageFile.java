package io.millrace.log.storage;

import static io.millrace.log.storage.CrashImageStorage.PAGE_LENGTH;
import static io.millrace.log.storage.CrashImageStorage.SECTOR_LENGTH;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The bytes of one file: as they are now, and as they were forced. A file of an image begins as what a crash left of
 * another file; its bytes are copied when they are first asked for, so that files that nobody opens cost nothing.
 */
final class ImageFile extends ImageNode {
    private static final int MAX_VERSIONS = 8;
    private static final int[] NONE = {};

    private final ImageBuffers buffers;
    private final long id;
    private final ImageFile origin;
    private final CrashChoice choice;
    private final int lengthAtStart;
    private final Int2ObjectHashMap<List<byte[]>> between = new Int2ObjectHashMap<>();

    private UnsafeBuffer now;
    private UnsafeBuffer durable;
    private UnsafeBuffer seen;
    private int length;
    private int durableLength;
    private int[] dirtySectors = NONE;
    private boolean isMapped;

    /** Creates an empty file that is not on disk. */
    ImageFile(final ImageBuffers buffers, final long id) {
        this.buffers = buffers;
        this.id = id;
        this.origin = null;
        this.choice = null;
        this.lengthAtStart = 0;
        this.now = buffers.takeZeroed(0);
        this.durable = buffers.takeZeroed(0);
    }

    /** Creates what a crash left of a file. */
    ImageFile(final ImageBuffers buffers, final long id, final ImageFile origin, final CrashChoice choice) {
        this.buffers = buffers;
        this.id = id;
        this.origin = origin;
        this.choice = choice;
        this.length = choice.length(origin.durableLength, origin.length, choice.random(origin.id));
        this.lengthAtStart = length;
        this.durableLength = choice.isProcessCrash() ? origin.durableLength : length;
    }

    int length() {
        return length;
    }

    /** The bytes as they are now: the whole capacity, zeros behind the length. */
    private UnsafeBuffer now() {
        if (now == null) {
            now = choice.isProcessCrash() ? copyOf(origin.now()) : derive();
        }
        return now;
    }

    /** The bytes as a crash of the machine would find them, of the same capacity, if it wrote nothing else back. */
    private UnsafeBuffer durable() {
        if (durable == null) {
            durable = choice.isProcessCrash() ? copyOf(origin.durable()) : derive();
        }
        return durable;
    }

    private UnsafeBuffer copyOf(final UnsafeBuffer source) {
        final UnsafeBuffer copy = buffers.take(source.capacity());
        copy.putBytes(0, source, 0, source.capacity());
        return copy;
    }

    /** Decides what the machine found on disk; gives the same bytes each time. */
    private UnsafeBuffer derive() {
        final UnsafeBuffer source = choice.keepsAll() ? origin.now() : origin.durable();
        final UnsafeBuffer target = buffers.take(lengthAtStart);
        final int copied = Math.min(lengthAtStart, source.capacity());
        target.putBytes(0, source, 0, copied);
        target.setMemory(copied, target.capacity() - copied, (byte) 0);
        if (!choice.keepsAll()) {
            final SplittableRandom random = choice.random(~origin.id);
            for (final int sector : origin.dirtySectors) {
                final int start = sector * SECTOR_LENGTH;
                if (start < lengthAtStart) {
                    origin.copySector(start, choice, random, target);
                }
            }
            target.setMemory(lengthAtStart, target.capacity() - lengthAtStart, (byte) 0);
        }
        return target;
    }

    /** Copies some version of a sector that was written to and not forced. */
    private void copySector(
            final int start, final CrashChoice crash, final SplittableRandom random, final UnsafeBuffer target) {
        final int count = Math.min(SECTOR_LENGTH, now.capacity() - start);
        if (crash.tears(random)) {
            for (int i = start; i < start + count; i += Long.BYTES) {
                target.putLong(i, (random.nextBoolean() ? now : durable).getLong(i));
            }
        } else if (crash.keepsNew(random)) {
            target.putBytes(start, now, start, count);
        } else {
            final List<byte[]> versions = between.get(start / SECTOR_LENGTH);
            if (versions != null && random.nextBoolean()) {
                target.putBytes(start, versions.get(random.nextInt(versions.size())), 0, count);
            }
        }
    }

    void truncate() {
        now().setMemory(0, length, (byte) 0);
        length = 0;
    }

    void write(final ByteBuffer source, final int position) {
        final int count = source.remaining();
        ensureCapacity(position + count);
        now().putBytes(position, source, count);
        length = Math.max(length, position + count);
    }

    /** Makes room; both buffers have one capacity, so that they can be compared. */
    private void ensureCapacity(final int capacity) {
        if (capacity > now().capacity()) {
            if (isMapped) {
                throw new IllegalStateException("a file that is mapped cannot grow here: length=" + capacity);
            }
            now = grown(now, capacity);
            durable = grown(durable(), capacity);
            seen = seen == null ? null : grown(seen, capacity);
        }
    }

    private UnsafeBuffer grown(final UnsafeBuffer small, final int capacity) {
        final UnsafeBuffer large = buffers.takeZeroed(capacity);
        large.putBytes(0, small, 0, small.capacity());
        buffers.give(small);
        return large;
    }

    byte[] read() {
        final byte[] bytes = new byte[length];
        now().getBytes(0, bytes);
        return bytes;
    }

    /** Maps the file, which grows to the length if it is shorter. */
    ByteBuffer map(final int mappedLength) {
        ensureCapacity(mappedLength);
        length = Math.max(length, mappedLength);
        isMapped = true;
        return now().byteBuffer().slice(0, mappedLength);
    }

    /** Puts everything on disk, and the length. */
    void force() {
        final UnsafeBuffer target = durable();
        target.putBytes(0, now(), 0, now.capacity());
        durableLength = length;
        between.clear();
    }

    /** Puts the pages of a range on disk, and as much of the length as they need. */
    void force(final int offset, final int count) {
        final int from = offset & -PAGE_LENGTH;
        final int to = Math.min(length, (offset + count + PAGE_LENGTH - 1) & -PAGE_LENGTH);
        if (to > from) {
            durable().putBytes(from, now(), from, to - from);
            durableLength = Math.max(durableLength, to);
            for (int sector = from / SECTOR_LENGTH; sector * SECTOR_LENGTH < to; sector++) {
                between.remove(sector);
            }
        }
    }

    /** Keeps the bytes of all sectors that have changed since the last call as what could be on disk. */
    void mark() {
        if (now == null) {
            return;
        }
        if (seen == null) {
            seen = buffers.take(now.capacity());
            seen.putBytes(0, durable(), 0, durable.capacity());
        }
        for (final int sector : differing(now, seen, length)) {
            final int start = sector * SECTOR_LENGTH;
            final byte[] version = new byte[SECTOR_LENGTH];
            now.getBytes(start, version);
            seen.putBytes(start, version);
            final List<byte[]> versions = between.computeIfAbsent(sector, ignored -> new ArrayList<>());
            if (versions.size() == MAX_VERSIONS) {
                versions.remove(0);
            }
            versions.add(version);
        }
    }

    /** Copies what is still in the file that this one is an image of. */
    void detach() {
        now();
        durable();
    }

    /** Finds what a crash now would have to decide about. */
    void findDirtySectors() {
        final boolean isUntouched = now == null && !choice.isProcessCrash();
        dirtySectors = isUntouched ? NONE : differing(now(), durable(), Math.max(length, durableLength));
    }

    private static int[] differing(final UnsafeBuffer one, final UnsafeBuffer other, final int length) {
        final ByteBuffer first = one.byteBuffer();
        final ByteBuffer second = other.byteBuffer();
        int[] sectors = NONE;
        int count = 0;
        int start = 0;
        while (start < length) {
            final int mismatch = first.slice(start, length - start).mismatch(second.slice(start, length - start));
            if (mismatch < 0) {
                break;
            }
            final int sector = (start + mismatch) / SECTOR_LENGTH;
            if (count == sectors.length) {
                sectors = Arrays.copyOf(sectors, Math.max(8, 2 * count));
            }
            sectors[count++] = sector;
            start = (sector + 1) * SECTOR_LENGTH;
        }
        return Arrays.copyOf(sectors, count);
    }

    /** Gives all buffers back; the file is not to be used any more. */
    void close() {
        buffers.give(now);
        buffers.give(durable);
        buffers.give(seen);
        now = null;
        durable = null;
        seen = null;
    }
}
