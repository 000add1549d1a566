package io.millrace.testkit;

import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.output.ExchangeMark;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.agrona.concurrent.UnsafeBuffer;

/** A record as it lies in the log, copied out of it. */
record RawRecord(
        long position,
        long nextPosition,
        byte kind,
        long eventTimeNs,
        long logTimeNs,
        int producerId,
        long sequence,
        byte[] key,
        byte[] value) {
    static RawRecord of(final RecordFlyweight record) {
        final byte[] key = new byte[record.keyLength()];
        record.buffer().getBytes(record.keyOffset(), key);
        final byte[] value = new byte[record.valueLength()];
        record.buffer().getBytes(record.valueOffset(), value);
        return new RawRecord(
                record.position(),
                record.nextPosition(),
                record.kind(),
                record.eventTimeNs(),
                record.logTimeNs(),
                record.producerId(),
                record.sequence(),
                key,
                value);
    }

    boolean isData() {
        return kind == RecordKind.DATA;
    }

    boolean isDelete() {
        return kind == RecordKind.TOMBSTONE;
    }

    /** Whether it says in an exchange that its producer's input is silent. */
    boolean isIdleMark() {
        return kind == RecordKind.WATERMARK && ExchangeMark.isIdle(new UnsafeBuffer(value), 0, value.length);
    }

    /** Log time of what made a watermark. */
    long originNs() {
        return ExchangeMark.originNs(new UnsafeBuffer(value), 0, value.length);
    }

    /** All that a task decides: everything but when, and behind what else, the log took it. */
    boolean hasContentOf(final RawRecord other) {
        return kind == other.kind
                && eventTimeNs == other.eventTimeNs
                && sequence == other.sequence
                && Arrays.equals(key, other.key)
                && Arrays.equals(value, other.value);
    }

    String describe(final Codec<?> codec) {
        if (kind == RecordKind.WATERMARK) {
            return "watermark " + time() + (isIdleMark() ? " idle" : "");
        }
        if (isDelete()) {
            return "event time " + time() + " key " + text(key) + " deleted";
        }
        return "event time " + time() + (key.length == 0 ? "" : " key " + text(key)) + " value " + decoded(codec);
    }

    private String time() {
        return eventTimeNs == Long.MAX_VALUE
                ? "at the end"
                : VirtualClock.instant(eventTimeNs).toString();
    }

    private String decoded(final Codec<?> codec) {
        if (codec == null) {
            return text(value);
        }
        try {
            return codec.decodeFresh(new UnsafeBuffer(value)) + " ("
                    + HexFormat.of().formatHex(value) + ")";
        } catch (final RuntimeException e) {
            return text(value);
        }
    }

    // As text where it is some, since that is what most tests use.
    private static String text(final byte[] bytes) {
        try {
            final String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (text.chars().noneMatch(Character::isISOControl)) {
                return '"' + text + '"';
            }
        } catch (final CharacterCodingException e) {
            // No text, so its bytes are shown.
        }
        return HexFormat.of().formatHex(bytes);
    }
}
