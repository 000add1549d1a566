package io.millrace.examples.nexmark;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads a line of an event file. The format knows no quotes: a comma always ends a column. Used by one thread.
 *
 * <p>All event times of a file lie within {@link #MAX_DISTANCE_MS} of that of its first event, so that a join over the whole file has a
 * bound.
 */
final class EventLine {
    /** The first line of a file. */
    static final String HEADER =
            "seq,type,ts,id,name,city,state,initial_bid,reserve,expires,seller,category,auction,bidder,price";

    /** Longest line, in bytes. */
    static final int MAX_LENGTH = 64 * 1024;

    /** 18 years. */
    static final long MAX_DISTANCE_MS = TimeUnit.DAYS.toMillis(18 * 365);

    private static final String[] COLUMNS = HEADER.split(",");
    private static final int SEQ = 0;
    private static final int TYPE = 1;
    private static final int TS = 2;
    private static final int ID = 3;
    private static final int NAME = 4;
    private static final int STATE = 6;
    private static final int INITIAL_BID = 7;
    private static final int CATEGORY = 11;
    private static final int AUCTION = 12;
    private static final int PRICE = 14;

    /** 2060-01-01: event times may be 36 years ahead of the clock of the log. */
    private static final long MAX_TS = 2_840_140_800_000L;

    private static final long MIN_TS = -TimeUnit.NANOSECONDS.toMillis(1L << 62);
    private static final int RADIX = 10;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[MAX_LENGTH + Event.AUCTION_LENGTH]);
    private final Event event = new Event();
    private final int[] ends = new int[COLUMNS.length];
    private byte[] line;
    private int begin;
    private long firstTs;
    private boolean hasFirst;

    /**
     * Reads a line.
     *
     * @param bytes  that hold it.
     * @param offset at which it begins.
     * @param length without the end of the line.
     * @return the event, until the next call.
     * @throws IllegalArgumentException if it is not an event; says what is wrong, and what is allowed.
     */
    Event parse(final byte[] bytes, final int offset, final int length) {
        line = bytes;
        begin = offset;
        part(length);
        final byte type = type();
        final long ts = ts();
        buffer.putLong(0, type, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(Event.SEQ_OFFSET, needed(SEQ), ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(Event.TS_OFFSET, ts, ByteOrder.LITTLE_ENDIAN);
        return event.wrap(buffer, 0, columns(type));
    }

    private void part(final int length) {
        int column = 0;
        for (int i = 0; i < length; i++) {
            if (line[begin + i] == ',') {
                if (column < COLUMNS.length) {
                    ends[column] = begin + i;
                }
                column++;
            }
        }
        if (column != COLUMNS.length - 1) {
            throw new IllegalArgumentException(
                    "has " + (column + 1) + " columns, not the " + COLUMNS.length + " of " + HEADER);
        }
        ends[column] = begin + length;
    }

    private int columns(final byte type) {
        if (type == Event.BID) {
            for (int i = AUCTION; i <= PRICE; i++) {
                putNumber(Event.COLUMNS_OFFSET + (i - AUCTION) * Long.BYTES, needed(i));
            }
            return Event.BID_LENGTH;
        }
        putNumber(Event.COLUMNS_OFFSET, needed(ID));
        if (type == Event.AUCTION) {
            for (int i = INITIAL_BID; i <= CATEGORY; i++) {
                putNumber(Event.COLUMNS_OFFSET + (1 + i - INITIAL_BID) * Long.BYTES, number(i));
            }
            return Event.AUCTION_LENGTH;
        }
        int offset = Event.TEXTS_OFFSET;
        for (int i = NAME; i <= STATE; i++) {
            final int length = ends[i] - from(i);
            checkText(i, length);
            buffer.putInt(offset, length, ByteOrder.LITTLE_ENDIAN);
            buffer.putBytes(offset + Integer.BYTES, line, from(i), length);
            offset += Integer.BYTES + length;
        }
        return offset;
    }

    private void putNumber(final int offset, final long number) {
        buffer.putLong(offset, number, ByteOrder.LITTLE_ENDIAN);
    }

    private int from(final int column) {
        return column == 0 ? begin : ends[column - 1] + 1;
    }

    private byte type() {
        final int from = from(TYPE);
        final byte type = ends[TYPE] - from == 1 ? line[from] : 0;
        if (type != Event.PERSON && type != Event.AUCTION && type != Event.BID) {
            throw refused(TYPE, "P, A and B are allowed");
        }
        return type;
    }

    private long ts() {
        final long ts = needed(TS);
        if (ts < MIN_TS || ts > MAX_TS) {
            throw refused(TS, "it is in ms since the epoch, " + MIN_TS + " to " + MAX_TS);
        }
        if (!hasFirst) {
            hasFirst = true;
            firstTs = ts;
        } else if (Math.abs(ts - firstTs) > MAX_DISTANCE_MS) {
            throw refused(TS, "18 years from that of the first event are allowed, which is " + firstTs);
        }
        return ts;
    }

    private long needed(final int column) {
        final long number = number(column);
        if (number == Event.NULL) {
            throw new IllegalArgumentException(
                    COLUMNS[column] + " is empty; a line of type " + text(TYPE) + " needs a whole number there");
        }
        return number;
    }

    /** The number of a column, {@link Event#NULL} of an empty one. */
    private long number(final int column) {
        final int from = from(column);
        final int end = ends[column];
        if (from == end) {
            return Event.NULL;
        }
        final boolean isNegative = line[from] == '-';
        int i = isNegative ? from + 1 : from;
        boolean isGood = i < end;
        long negated = 0; // the negative numbers reach further
        for (; isGood && i < end; i++) {
            final int digit = line[i] - '0';
            isGood = digit >= 0 && digit < RADIX && negated >= (-Long.MAX_VALUE + digit) / RADIX;
            negated = negated * RADIX - digit;
        }
        if (!isGood) {
            throw refused(column, "a whole number of up to 63 bits is allowed");
        }
        return isNegative ? negated : -negated;
    }

    private void checkText(final int column, final int length) {
        for (int i = from(column); i < ends[column]; i++) {
            if (line[i] < 0) {
                try {
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line, from(column), length));
                    return;
                } catch (final CharacterCodingException e) {
                    throw new IllegalArgumentException(COLUMNS[column] + " is not UTF-8", e);
                }
            }
        }
    }

    private IllegalArgumentException refused(final int column, final String allowed) {
        return new IllegalArgumentException(COLUMNS[column] + " is '" + text(column) + "'; " + allowed);
    }

    private String text(final int column) {
        return new String(line, from(column), ends[column] - from(column), StandardCharsets.UTF_8);
    }
}
