package io.millrace.examples.temperature;

import io.millrace.operators.codec.Codec;
import io.millrace.streams.Codecs;

/**
 * Something unusual has begun.
 *
 * @param timeNs     of the reading that told, in ns since the epoch.
 * @param level      the temperature of the last hour.
 * @param usual      that of the last two weeks.
 * @param deviations how far they are apart, in standard deviations; negative where it is colder.
 */
record Alert(long timeNs, double level, double usual, double deviations) {
    static final Codec<Alert> CODEC = Codecs.records(Alert.class);
}
