package io.millrace.log.record;

import java.lang.invoke.VarHandle;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;

/**
 * Writes and reads the words of a record at an address of mapped memory, <b>without any check</b>: a buffer's bounds checks, one
 * for each word, cost more than the stores. Whoever calls holds a reference to the mapping and knows that the header from
 * the address on lies within it. Who writes has claimed the bytes, and has checked the buffers of others before.
 *
 * <p>Numbers are stored in the processor's byte order; {@code Segment} refuses one that is not little-endian.
 */
public final class RecordMemory {
    /** In the checksum slot of a claim: its owner writes into it and commits or aborts it. */
    private static final int OPEN = 1;

    /** In the checksum slot of a claim: it is being made padding, its owner can no longer commit it. */
    private static final int REVOKED = 2;

    private static final int TWO_WORDS = 16;
    private static final int FOUR_WORDS = 32;
    private static final int MAX_WORD_COPY = 64;

    private static final int MAX_WORD_CLEAR = 512;

    private RecordMemory() {}

    /**
     * Marks a claim as such, with an empty checksum slot: the first store into it, before any other.
     *
     * @param address of the claim.
     * @param length  of header and payload in bytes, or of all records of a batch.
     */
    public static void begin(final long address, final int length) {
        UnsafeApi.putLong(null, address, word(-length, 0));
        // Recovery relies on it: no byte of a claim may be set while its length is still zero.
        VarHandle.storeStoreFence();
    }

    /**
     * Lets a claim be revoked from now on, if its owner does not finish it. Behind the stores of the header: a claim that
     * is revoked gets another kind, which no late store may overwrite.
     *
     * @param address of the claim.
     * @param length  with which it was begun.
     */
    public static void open(final long address, final int length) {
        UnsafeApi.putLongRelease(null, address, word(-length, OPEN));
    }

    /**
     * Publishes a claim that was opened, unless it was revoked.
     *
     * @param address      of the claim.
     * @param length       with which it was begun.
     * @param recordLength of the record, or the first record of the batch, in bytes.
     * @return false when it was revoked; nothing has changed then.
     */
    public static boolean commitOpen(final long address, final int length, final int recordLength) {
        return UnsafeApi.compareAndSetLong(null, address, word(-length, OPEN), word(recordLength, 0));
    }

    /**
     * Makes a claim padding that was opened and not finished. Its owner may go on writing into what is padding then, but
     * not into its first 16 bytes. A crash between the steps leaves a claim that was never committed.
     *
     * @param address of the claim.
     * @param room    bytes from there to the end of the segment.
     * @return its length in bytes, 0 when there is no claim, or none that may be revoked.
     */
    public static int revoke(final long address, final int room) {
        final long seen = UnsafeApi.getLongVolatile(null, address);
        final int length = -(int) seen;
        if (!isClaim(seen, room)
                || seen != word(-length, OPEN)
                || !UnsafeApi.compareAndSetLong(null, address, seen, word(-length, REVOKED))) {
            return 0;
        }
        putPadding(address);
        UnsafeApi.putLongRelease(null, address, word(length, 0));
        return length;
    }

    /**
     * Tells whether what is not committed is no claim either: length and slot are written in one step, so that nothing but damage
     * leaves such a pair. Zeros may be a place that nobody has written to yet.
     *
     * @param address of a place where a record begins, or will.
     * @param room    bytes from there to the end of the segment.
     * @return true when the length there is not positive and was damaged.
     */
    public static boolean isNoClaim(final long address, final int room) {
        final long word = UnsafeApi.getLongVolatile(null, address);
        return (int) word <= 0 && word != 0 && !isClaim(word, room);
    }

    /**
     * Tells whether the first word of a place can be that of a claim: its length, less than 0, and in its checksum slot one of the
     * three numbers that claims have there.
     *
     * @param word of eight bytes that stands there.
     * @param room bytes from there to the end of the segment.
     * @return false when it was not a claim that was written there, or not only that.
     */
    public static boolean isClaim(final long word, final int room) {
        final int length = -(int) word;
        final int slot = (int) (word >>> Integer.SIZE);
        return length >= RecordDescriptor.HEADER_LENGTH
                && length <= room
                && (slot == 0 || slot == OPEN || slot == REVOKED);
    }

    /** Length and checksum slot lie in one word of eight bytes, so one step changes both. */
    private static long word(final int length, final int slot) {
        return (long) slot << 32 | length & 0xFFFF_FFFFL;
    }

    /**
     * Publishes a record: the last store into it. Pairs with the acquire in readers.
     *
     * @param address of the record.
     * @param length  of header and payload in bytes.
     */
    public static void commit(final long address, final int length) {
        UnsafeApi.putIntRelease(null, address, length);
    }

    /**
     * Publishes a record together with its checksum, in one store: in the slot of a claim, some numbers mean other things.
     *
     * @param address  of the record.
     * @param length   of header and payload in bytes.
     * @param checksum of the record, see {@link RecordChecksum}.
     */
    public static void commit(final long address, final int length, final int checksum) {
        UnsafeApi.putLongRelease(null, address, word(length, checksum));
    }

    /**
     * Writes the length of a record that is not the first of a batch: it is published with the first.
     *
     * @param address of the record.
     * @param length  of header and payload in bytes.
     */
    public static void putLength(final long address, final int length) {
        UnsafeApi.putInt(null, address, length);
    }

    /**
     * Writes a header but for its length and its checksum.
     *
     * @param address     of the record.
     * @param kind        see {@link RecordKind}.
     * @param keyLength   of the key in bytes.
     * @param producerId  of the producer, 0 for none.
     * @param eventTimeNs when the event happened, ns since the epoch.
     * @param logTimeNs   when the record was appended, ns since the epoch.
     * @param sequence    of the producer.
     */
    public static void putHeader(
            final long address,
            final byte kind,
            final int keyLength,
            final int producerId,
            final long eventTimeNs,
            final long logTimeNs,
            final long sequence) {
        UnsafeApi.putLong(
                null, address + RecordDescriptor.KIND_OFFSET, RecordDescriptor.kindWord(kind, keyLength, producerId));
        UnsafeApi.putLong(null, address + RecordDescriptor.EVENT_TIME_OFFSET, eventTimeNs);
        UnsafeApi.putLong(null, address + RecordDescriptor.LOG_TIME_OFFSET, logTimeNs);
        UnsafeApi.putLong(null, address + RecordDescriptor.SEQUENCE_OFFSET, sequence);
    }

    /**
     * Writes the header of a batch's first record, unless the batch was revoked.
     *
     * @param address     of the batch.
     * @param kind        see {@link RecordKind}.
     * @param keyLength   of the key in bytes.
     * @param producerId  of the producer, 0 for none.
     * @param eventTimeNs when the event happened, ns since the epoch.
     * @param logTimeNs   when the batch was claimed, ns since the epoch.
     * @param sequence    of the producer.
     * @return false when it was revoked; nothing has changed then.
     */
    public static boolean putFirstHeader(
            final long address,
            final byte kind,
            final int keyLength,
            final int producerId,
            final long eventTimeNs,
            final long logTimeNs,
            final long sequence) {
        // The batch is open already: in one step, so that the kind that a revocation gives it is not overwritten.
        // Nobody
        // but its owner and a revocation writes here.
        final long kindAddress = address + RecordDescriptor.KIND_OFFSET;
        final long seen = UnsafeApi.getLongVolatile(null, kindAddress);
        final long kindWord = RecordDescriptor.kindWord(kind, keyLength, producerId);
        if (RecordDescriptor.kindOf(seen) == RecordKind.PADDING
                || !UnsafeApi.compareAndSetLong(null, kindAddress, seen, kindWord)) {
            return false;
        }
        UnsafeApi.putLong(null, address + RecordDescriptor.EVENT_TIME_OFFSET, eventTimeNs);
        UnsafeApi.putLong(null, address + RecordDescriptor.LOG_TIME_OFFSET, logTimeNs);
        UnsafeApi.putLong(null, address + RecordDescriptor.SEQUENCE_OFFSET, sequence);
        return true;
    }

    /**
     * Says that the next record belongs to the same batch.
     *
     * @param address of the record.
     */
    public static void putMore(final long address) {
        UnsafeApi.putByte(null, address + RecordDescriptor.FLAGS_OFFSET, RecordDescriptor.MORE_FLAG);
    }

    /**
     * Makes a record padding.
     *
     * @param address of the record.
     */
    public static void putPadding(final long address) {
        UnsafeApi.putByte(null, address + RecordDescriptor.KIND_OFFSET, RecordKind.PADDING);
    }

    /**
     * Writes what is known of a record that is gathered beside the log: {@link #complete} adds the rest. The bytes behind it up to
     * the alignment become zeros; those of its payload are left as they are.
     *
     * @param address     of the record, beside the log.
     * @param length      of header and payload in bytes.
     * @param kind        see {@link RecordKind}.
     * @param keyLength   of the key in bytes.
     * @param eventTimeNs when the event happened, ns since the epoch.
     */
    public static void putAside(
            final long address, final int length, final byte kind, final int keyLength, final long eventTimeNs) {
        // The last word first, since payload and header may reach into it.
        UnsafeApi.putLong(null, address + RecordDescriptor.align(length) - Long.BYTES, 0);
        UnsafeApi.putLong(null, address, word(length, 0));
        UnsafeApi.putLong(null, address + RecordDescriptor.KIND_OFFSET, RecordDescriptor.kindWord(kind, keyLength, 0));
        UnsafeApi.putLong(null, address + RecordDescriptor.EVENT_TIME_OFFSET, eventTimeNs);
    }

    /**
     * Adds to a record that was gathered what is known when it is appended.
     *
     * @param address    of the record, beside the log.
     * @param producerId of the producer, 0 for none.
     * @param logTimeNs  when the record is appended, ns since the epoch.
     * @param sequence   of the producer.
     * @return what the record takes in bytes, a multiple of 8.
     */
    public static int complete(final long address, final int producerId, final long logTimeNs, final long sequence) {
        UnsafeApi.putInt(null, address + RecordDescriptor.PRODUCER_ID_OFFSET, producerId);
        UnsafeApi.putLong(null, address + RecordDescriptor.LOG_TIME_OFFSET, logTimeNs);
        UnsafeApi.putLong(null, address + RecordDescriptor.SEQUENCE_OFFSET, sequence);
        return RecordDescriptor.align(UnsafeApi.getInt(null, address));
    }

    /**
     * Copies records that were gathered into a claim, all but the first word, which stands for the claim until it is published.
     *
     * @param claim   to copy to.
     * @param address of the records, beside the log.
     * @param length  of all of them in bytes, a multiple of 8.
     */
    public static void copyBehindLength(final long claim, final long address, final int length) {
        UnsafeApi.copyMemory(null, address + Long.BYTES, null, claim + Long.BYTES, length - Long.BYTES);
    }

    /**
     * Sets memory to zeros, word by word and the last one where the bytes end.
     *
     * @param address of the first byte.
     * @param length  in bytes.
     */
    public static void clear(final long address, final int length) {
        if (length > MAX_WORD_CLEAR) {
            UnsafeApi.setMemory(null, address, length, (byte) 0);
            return;
        }
        if (length < Long.BYTES) {
            for (int i = 0; i < length; i++) {
                UnsafeApi.putByte(null, address + i, (byte) 0);
            }
            return;
        }
        // Up to eight words without a loop, which takes more instructions than the words in it.
        final long last = address + length - Long.BYTES;
        UnsafeApi.putLong(null, address, 0);
        UnsafeApi.putLong(null, last, 0);
        if (length <= TWO_WORDS) {
            return;
        }
        UnsafeApi.putLong(null, address + 8, 0);
        UnsafeApi.putLong(null, last - 8, 0);
        if (length <= FOUR_WORDS) {
            return;
        }
        UnsafeApi.putLong(null, address + 16, 0);
        UnsafeApi.putLong(null, address + 24, 0);
        UnsafeApi.putLong(null, last - 24, 0);
        UnsafeApi.putLong(null, last - 16, 0);
        for (int i = FOUR_WORDS; i < length - FOUR_WORDS; i += Long.BYTES) {
            UnsafeApi.putLong(null, address + i, 0);
        }
    }

    /**
     * Copies bytes into a claim.
     *
     * @param address to copy to.
     * @param source  to copy from; its bounds have been checked, and it does not overlap the target.
     * @param offset  of the first byte in the source.
     * @param length  in bytes.
     */
    public static void copy(final long address, final DirectBuffer source, final int offset, final int length) {
        final byte[] base = source.byteArray();
        final long from = source.addressOffset() + offset;
        if (length < Long.BYTES || length > MAX_WORD_COPY) {
            UnsafeApi.copyMemory(base, from, null, address, length);
            return;
        }
        // Word by word while it is short: the call that copies memory takes longer than that. From both ends, so some
        // bytes twice, and without a loop, which takes more instructions than the words in it.
        final int last = length - Long.BYTES;
        copyWord(address, base, from, 0);
        copyWord(address, base, from, last);
        if (length <= TWO_WORDS) {
            return;
        }
        copyWord(address, base, from, 8);
        copyWord(address, base, from, last - 8);
        if (length <= FOUR_WORDS) {
            return;
        }
        copyWord(address, base, from, 16);
        copyWord(address, base, from, 24);
        copyWord(address, base, from, last - 24);
        copyWord(address, base, from, last - 16);
    }

    private static void copyWord(final long address, final byte[] base, final long from, final int offset) {
        UnsafeApi.putLong(null, address + offset, UnsafeApi.getLong(base, from + offset));
    }

    /**
     * Reads the commit word of a record, so that what was written before it is seen too. Pairs with the release of
     * {@link #commit}.
     *
     * @param address of the record, or of the place where one will be.
     * @return length of header and payload in bytes when it is committed; 0 or less when it is not.
     */
    public static int length(final long address) {
        return UnsafeApi.getIntAcquire(null, address);
    }

    /**
     * Reads kind, flags, key length and producer id of a record in one load, see {@link RecordDescriptor#kindOf(long)}.
     *
     * @param address of the record.
     * @return the bytes 8 to 15.
     */
    public static long kindWord(final long address) {
        return UnsafeApi.getLong(null, address + RecordDescriptor.KIND_OFFSET);
    }
}
