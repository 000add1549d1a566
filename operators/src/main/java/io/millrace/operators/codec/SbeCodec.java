package io.millrace.operators.codec;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * SBE messages as flyweights: decoding wraps one decoder over the record's bytes in the log and copies nothing.
 *
 * <p>The value bytes are the standard SBE header followed by the message. A message of another schema or template, one
 * whose block is cut short, and one whose block is too short for this or a newer version are refused. A newer version of
 * the same schema is accepted, as SBE intends: what it adds is skipped. Where the lengths inside a message say more than
 * there is, reading that field fails with a bounds check: no decoder sees a byte that is not its record's.
 *
 * <p>Encoding a flyweight that this codec has just decoded copies the record's bytes as they are, fields of a newer
 * version included.
 *
 * @param <D> type of the generated decoder.
 */
public final class SbeCodec<D extends MessageDecoderFlyweight> implements Codec<D> {
    private final Supplier<D> factory;
    private final D decoder;

    // The record's value and not a byte more: a message that says it is longer runs into a bounds check here, and not
    // into
    // whatever stands behind it in the log.
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);

    /**
     * Creates a codec.
     *
     * @param factory that makes a decoder, such as {@code TradeDecoder::new}.
     */
    public SbeCodec(final Supplier<D> factory) {
        this.factory = factory;
        this.decoder = factory.get();
    }

    @Override
    public Codec<D> forTask() {
        return new SbeCodec<>(factory);
    }

    @Override
    public D decode(final DirectBuffer buffer, final int offset, final int length) {
        if (length < SbeHeader.LENGTH) {
            throw malformed("is " + length + " bytes long, shorter than its " + SbeHeader.LENGTH + " byte header");
        }
        final int blockLength = SbeHeader.blockLength(buffer, offset);
        final int version = SbeHeader.version(buffer, offset);
        check(buffer, offset, length, blockLength, version);
        view.wrap(buffer, offset, length);
        decoder.wrap(view, SbeHeader.LENGTH, blockLength, version);
        return decoder;
    }

    private void check(
            final DirectBuffer buffer, final int offset, final int length, final int blockLength, final int version) {
        final int templateId = SbeHeader.templateId(buffer, offset);
        final int schemaId = SbeHeader.schemaId(buffer, offset);
        if (templateId != decoder.sbeTemplateId() || schemaId != decoder.sbeSchemaId()) {
            throw malformed("has template " + templateId + " of schema " + schemaId + ", expected template "
                    + decoder.sbeTemplateId() + " of schema " + decoder.sbeSchemaId());
        }
        if (blockLength > length - SbeHeader.LENGTH) {
            throw malformed("claims a block of " + blockLength + " bytes, but only " + (length - SbeHeader.LENGTH)
                    + " follow its header");
        }
        if (version >= decoder.sbeSchemaVersion() && blockLength < decoder.sbeBlockLength()) {
            throw malformed("has a block of " + blockLength + " bytes, version " + version + " needs "
                    + decoder.sbeBlockLength());
        }
    }

    @Override
    public int encodedLength(final D value) {
        return isLastDecoded(value) ? view.capacity() : SbeHeader.LENGTH + value.sbeDecodedLength();
    }

    @Override
    public void encode(final D value, final MutableDirectBuffer buffer, final int offset) {
        if (isLastDecoded(value)) {
            buffer.putBytes(offset, view, 0, view.capacity());
            return;
        }
        SbeHeader.write(
                buffer,
                offset,
                value.sbeBlockLength(),
                value.sbeTemplateId(),
                value.sbeSchemaId(),
                value.sbeSchemaVersion());
        buffer.putBytes(offset + SbeHeader.LENGTH, value.buffer(), value.offset(), value.sbeDecodedLength());
    }

    @Override
    public String describe() {
        return "sbe " + messageName();
    }

    // The decoder is handed out for every record; it still stands on the last one unless user code wrapped it
    // elsewhere.
    private boolean isLastDecoded(final D value) {
        return value == decoder && value.buffer() == view && value.offset() == SbeHeader.LENGTH;
    }

    private MillraceException malformed(final String what) {
        return new MillraceException(ErrorCode.MALFORMED_RECORD, "sbe message " + messageName() + " " + what);
    }

    private String messageName() {
        return decoder.getClass().getSimpleName().replaceFirst("Decoder$", "");
    }
}
