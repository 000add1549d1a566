package io.millrace.node.cli;

import io.millrace.node.config.SettingType;
import io.millrace.transport.protocol.TopicSettings;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that say how much of a topic is kept. */
final class TopicKeeping {
    @Option(
            names = "--retention-bytes",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "Keep so much of each partition, in whole segments: 10GiB; 0 for all.")
    private Long retentionBytes;

    @Option(
            names = "--retention-time",
            paramLabel = "T",
            converter = DurationConverter.class,
            description = "Keep records for so long: 7d; 0s for ever.")
    private Duration retentionTime;

    @Option(
            names = "--compact",
            negatable = true,
            description = "Keep of each key only the latest record; can be turned on later and not off.")
    private Boolean isCompacted;

    @Option(
            names = "--tombstone-retention",
            paramLabel = "T",
            converter = DurationConverter.class,
            description = "A compacted topic keeps tombstones for so long: 24h.")
    private Duration tombstoneRetention;

    /** Adds what was said. */
    TopicSettings applyTo(final TopicSettings before) {
        TopicSettings settings = before;
        settings = retentionBytes == null ? settings : settings.withRetentionBytes(retentionBytes);
        settings = retentionTime == null ? settings : settings.withRetentionTime(retentionTime);
        settings = isCompacted == null ? settings : settings.withCompaction(isCompacted);
        return tombstoneRetention == null ? settings : settings.withTombstoneRetention(tombstoneRetention);
    }

    /** A number of bytes with or without a unit. */
    static final class SizeConverter implements ITypeConverter<Long> {
        private static final SettingType<Long> TYPE = SettingType.size(0, Long.MAX_VALUE);

        @Override
        public Long convert(final String text) {
            return parse(TYPE, text, "a size such as 512MiB or 10GiB");
        }
    }

    /** A time with its unit. */
    static final class DurationConverter implements ITypeConverter<Duration> {
        private static final SettingType<Long> TYPE = SettingType.duration(0, Long.MAX_VALUE);

        @Override
        public Duration convert(final String text) {
            return Duration.ofNanos(parse(TYPE, text, "a time such as 30s, 24h or 7d"));
        }
    }

    private static long parse(final SettingType<Long> type, final String text, final String allowed) {
        try {
            return type.parse(text);
        } catch (final IllegalArgumentException ex) {
            throw new TypeConversionException("'" + text + "' is not " + allowed);
        }
    }
}
