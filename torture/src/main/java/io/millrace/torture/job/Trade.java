package io.millrace.torture.job;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.codec.Codec;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** A trade; price and quantity are in units of 10^-8. */
record Trade(String symbol, long id, long price, long quantity) {
    static final int SYMBOL_LENGTH = 8;
    static final int LENGTH = SYMBOL_LENGTH + 3 * Long.BYTES;

    private static final int ID_OFFSET = SYMBOL_LENGTH;
    private static final int PRICE_OFFSET = ID_OFFSET + Long.BYTES;
    private static final int QUANTITY_OFFSET = PRICE_OFFSET + Long.BYTES;

    /** Symbol padded with zeros, and id: what tells a trade from all others. */
    int writeIdentity(final MutableDirectBuffer buffer, final int offset) {
        buffer.setMemory(offset, SYMBOL_LENGTH, (byte) 0);
        buffer.putStringWithoutLengthAscii(offset, symbol);
        buffer.putLong(offset + ID_OFFSET, id, ByteOrder.LITTLE_ENDIAN);
        return PRICE_OFFSET;
    }

    void write(final MutableDirectBuffer buffer, final int offset) {
        writeIdentity(buffer, offset);
        buffer.putLong(offset + PRICE_OFFSET, price, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(offset + QUANTITY_OFFSET, quantity, ByteOrder.LITTLE_ENDIAN);
    }

    /** Writes and reads trades. */
    static final class TradeCodec implements Codec<Trade> {
        @Override
        public Codec<Trade> forTask() {
            return this;
        }

        @Override
        public Trade decode(final DirectBuffer buffer, final int offset, final int length) {
            if (length != LENGTH) {
                throw new MillraceException(
                        ErrorCode.MALFORMED_RECORD, "a trade is " + LENGTH + " bytes long, not " + length);
            }
            int symbolLength = 0;
            while (symbolLength < SYMBOL_LENGTH && buffer.getByte(offset + symbolLength) != 0) {
                symbolLength++;
            }
            return new Trade(
                    buffer.getStringWithoutLengthAscii(offset, symbolLength),
                    buffer.getLong(offset + ID_OFFSET, ByteOrder.LITTLE_ENDIAN),
                    buffer.getLong(offset + PRICE_OFFSET, ByteOrder.LITTLE_ENDIAN),
                    buffer.getLong(offset + QUANTITY_OFFSET, ByteOrder.LITTLE_ENDIAN));
        }

        @Override
        public int fixedLength() {
            return LENGTH;
        }

        @Override
        public int encodedLength(final Trade value) {
            return LENGTH;
        }

        @Override
        public void encode(final Trade value, final MutableDirectBuffer buffer, final int offset) {
            value.write(buffer, offset);
        }

        @Override
        public String describe() {
            return "trade";
        }
    }
}
