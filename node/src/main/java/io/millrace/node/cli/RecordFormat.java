package io.millrace.node.cli;

import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import org.agrona.DirectBuffer;
import picocli.CommandLine.Option;

/** Turns records into lines. */
final class RecordFormat {
    private static final HexFormat HEX = HexFormat.of();
    private static final long NS_PER_SECOND = 1_000_000_000L;

    @Option(
            names = "--payload",
            paramLabel = "hex|utf8|none",
            defaultValue = "utf8",
            description = "How to show keys and values. Default: ${DEFAULT-VALUE}.")
    private Payload payload;

    @Option(
            names = "--bytes",
            paramLabel = "N",
            defaultValue = "40",
            description = "Most bytes to show of a key and of a value. Default: ${DEFAULT-VALUE}.")
    private int byteLimit;

    /** How bytes are shown. */
    enum Payload {
        hex,
        utf8,
        none
    }

    /** The line of a record with all of its key and value, whatever the options say. */
    String wholeLine(final String partition, final RecordFlyweight record, final boolean isHex) {
        payload = isHex ? Payload.hex : Payload.utf8;
        byteLimit = Integer.MAX_VALUE;
        return line(partition, record);
    }

    String line(final String partition, final RecordFlyweight record) {
        final StringBuilder line = new StringBuilder(160)
                .append(partition)
                .append(" position=")
                .append(record.position())
                .append(" length=")
                .append(record.length())
                .append(" kind=")
                .append(kind(record.kind()))
                .append(" crc=")
                .append(checksum(record));
        if (record.producerId() != 0) {
            line.append(" producer=")
                    .append(record.producerId())
                    .append(" sequence=")
                    .append(record.sequence());
        }
        line.append(" event=").append(time(record.eventTimeNs()));
        line.append(" log=").append(time(record.logTimeNs()));
        if (payload != Payload.none) {
            append(line, " key=", record.buffer(), record.keyOffset(), record.keyLength());
            append(line, " value=", record.buffer(), record.valueOffset(), record.valueLength());
        }
        return line.toString();
    }

    void append(
            final StringBuilder line,
            final String name,
            final DirectBuffer buffer,
            final int offset,
            final int length) {
        if (length == 0) {
            return;
        }
        final byte[] bytes = new byte[Math.min(length, Math.max(byteLimit, 0))];
        buffer.getBytes(offset, bytes);
        line.append(name).append(payload == Payload.hex ? HEX.formatHex(bytes) : quoted(bytes));
        if (bytes.length < length) {
            line.append("...(").append(length).append(')');
        }
    }

    /** Anything that could move the cursor or break the line becomes a dot. */
    private static String quoted(final byte[] bytes) {
        return quoted(new String(bytes, StandardCharsets.UTF_8));
    }

    static String quoted(final String bare) {
        final StringBuilder text = new StringBuilder("'");
        bare.codePoints().forEach(c -> text.appendCodePoint(isHarmless(c) ? c : '.'));
        return text.append('\'').toString();
    }

    private static boolean isHarmless(final int codePoint) {
        return Character.isLetterOrDigit(codePoint) || codePoint >= ' ' && codePoint < 127;
    }

    private static String checksum(final RecordFlyweight record) {
        if (record.crc() == 0) {
            return "none";
        }
        return String.format(record.isChecksumValid() ? "%08x" : "%08x(WRONG)", record.crc());
    }

    static String kind(final byte kind) {
        return switch (kind) {
            case RecordKind.DATA -> "data";
            case RecordKind.WATERMARK -> "watermark";
            case RecordKind.TICK -> "tick";
            case RecordKind.TOMBSTONE -> "tombstone";
            case RecordKind.PRODUCER -> "producer";
            case RecordKind.PADDING -> "padding";
            default -> Byte.toString(kind);
        };
    }

    static String time(final long ns) {
        return ns == Long.MAX_VALUE
                ? "end"
                : Instant.ofEpochSecond(Math.floorDiv(ns, NS_PER_SECOND), Math.floorMod(ns, NS_PER_SECOND))
                        .toString();
    }
}
