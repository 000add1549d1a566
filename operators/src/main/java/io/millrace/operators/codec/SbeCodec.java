package io.millrace.operators.codec;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordMemory;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * SBE messages as flyweights: decoding wraps one decoder over the record's bytes in the log and copies nothing.
 *
 * <p>The value bytes are the standard SBE header followed by the message. A message of another schema or template, one
 * whose block is cut short, and one whose block is too short for this or a newer version are refused. A newer version of
 * the same schema is accepted, as SBE intends: what it adds is skipped. Where the lengths inside a message say more than
 * there is, reading that field fails with a bounds check: no decoder sees a byte that is not its record's.
 *
 * <p>Encoding a flyweight that such a codec decoded, this one or another, copies the record's bytes as they are, fields of
 * a newer version included. A flyweight that user code wrapped over bytes of its own is written as one of this version.
 *
 * @param <D> type of the generated decoder.
 */
public final class SbeCodec<D extends MessageDecoderFlyweight> implements Codec<D> {
    private final Supplier<D> factory;
    private final D decoder;

    // The record's value and not a byte more: a message that says it is longer runs into a bounds check here, and not
    // into whatever stands behind it in the log.
    private final WholeMessage.View view = new WholeMessage.View();

    // What nearly every record begins with, and how long its value is then at least.
    private final long usualHeader;
    private final int usualBlockLength;
    private final int usualVersion;
    private final int usualMinLength;

    /**
     * Creates a codec.
     *
     * @param factory that makes a decoder, such as {@code TradeDecoder::new}.
     */
    public SbeCodec(final Supplier<D> factory) {
        this.factory = factory;
        this.decoder = factory.get();
        this.usualHeader = SbeHeader.of(decoder);
        this.usualBlockLength = decoder.sbeBlockLength();
        this.usualVersion = decoder.sbeSchemaVersion();
        this.usualMinLength = SbeHeader.LENGTH + usualBlockLength;
    }

    @Override
    public Codec<D> forTask() {
        return new SbeCodec<>(factory);
    }

    @Override
    public boolean isBorrowed() {
        return true;
    }

    @Override
    public D decode(final DirectBuffer buffer, final int offset, final int length) {
        if (length >= usualMinLength) {
            view.wrap(buffer, offset, length);
            if (view.header() == usualHeader) {
                decoder.wrap(view, SbeHeader.LENGTH, usualBlockLength, usualVersion);
                return decoder;
            }
        }
        final long header = checkedHeader(buffer, offset, length);
        view.wrap(buffer, offset, length);
        decoder.wrap(view, SbeHeader.LENGTH, SbeHeader.blockLength(header), SbeHeader.version(header));
        return decoder;
    }

    @Override
    public D decodeFresh(final DirectBuffer record) {
        final long header = checkedHeader(record, 0, record.capacity());
        final DirectBuffer whole;
        if (record instanceof WholeMessage) {
            whole = record;
        } else {
            whole = new WholeMessage.View();
            whole.wrap(record, 0, record.capacity());
        }
        final D fresh = factory.get();
        fresh.wrap(whole, SbeHeader.LENGTH, SbeHeader.blockLength(header), SbeHeader.version(header));
        return fresh;
    }

    private long checkedHeader(final DirectBuffer buffer, final int offset, final int length) {
        if (length < SbeHeader.LENGTH) {
            throw malformed("is " + length + " bytes long, shorter than its " + SbeHeader.LENGTH + " byte header");
        }
        final long header = SbeHeader.read(buffer, offset);
        if (!SbeHeader.isSameMessage(header, usualHeader)) {
            throw malformed("has template " + SbeHeader.templateId(header) + " of schema " + SbeHeader.schemaId(header)
                    + ", expected template " + decoder.sbeTemplateId() + " of schema " + decoder.sbeSchemaId());
        }
        final int blockLength = SbeHeader.blockLength(header);
        if (blockLength > length - SbeHeader.LENGTH) {
            throw malformed("claims a block of " + blockLength + " bytes, but only " + (length - SbeHeader.LENGTH)
                    + " follow its header");
        }
        final int version = SbeHeader.version(header);
        if (version >= usualVersion && blockLength < usualBlockLength) {
            throw malformed(
                    "has a block of " + blockLength + " bytes, version " + version + " needs " + usualBlockLength);
        }
        return header;
    }

    @Override
    public int encodedLength(final D value) {
        return isWhole(value) ? value.buffer().capacity() : SbeHeader.LENGTH + value.sbeDecodedLength();
    }

    @Override
    public void encode(final D value, final MutableDirectBuffer buffer, final int offset) {
        final DirectBuffer source = value.buffer();
        if (isWhole(value)) {
            copy(source, buffer, offset);
            return;
        }
        SbeHeader.write(buffer, offset, value);
        buffer.putBytes(offset + SbeHeader.LENGTH, source, value.offset(), value.sbeDecodedLength());
    }

    private static void copy(final DirectBuffer source, final MutableDirectBuffer target, final int offset) {
        final int length = source.capacity();
        if (target.byteArray() == null) {
            // What grows does so here.
            target.checkLimit(offset + length);
            target.boundsCheck(offset, length);
            RecordMemory.copy(target.addressOffset() + offset, source, 0, length);
        } else {
            target.putBytes(offset, source, 0, length);
        }
    }

    @Override
    public String describe() {
        return "sbe " + messageName();
    }

    // It stands where a codec put it, and on a message of this kind, unless user code wrapped it elsewhere.
    private boolean isWhole(final D value) {
        final DirectBuffer source = value.buffer();
        return source instanceof WholeMessage
                && value.offset() == SbeHeader.LENGTH
                && source.capacity() >= SbeHeader.LENGTH
                && SbeHeader.isSameMessage(SbeHeader.read(source, 0), usualHeader);
    }

    private MillraceException malformed(final String what) {
        return new MillraceException(ErrorCode.MALFORMED_RECORD, "sbe message " + messageName() + " " + what);
    }

    private String messageName() {
        return decoder.getClass().getSimpleName().replaceFirst("Decoder$", "");
    }
}
