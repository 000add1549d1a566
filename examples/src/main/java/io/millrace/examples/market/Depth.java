package io.millrace.examples.market;

import io.millrace.operators.codec.Codec;
import io.millrace.streams.Codecs;
import java.util.List;

/**
 * A whole order book, or a change of one. Changes are numbered, so that a reader can tell when one is missing.
 *
 * @param timeNs     in ns since the epoch.
 * @param symbol     whose book it is.
 * @param venue      where.
 * @param isSnapshot whether it is a whole book: that after the change of number {@code lastId}.
 * @param firstId    number of the first change in it.
 * @param lastId     number of the last change in it.
 * @param previousId {@code lastId} of the message before, {@link #NOT_TOLD} where the venue does not say.
 * @param bids       of a snapshot from the best to the worst.
 * @param asks       of a snapshot from the best to the worst.
 */
public record Depth(
        long timeNs,
        String symbol,
        String venue,
        boolean isSnapshot,
        long firstId,
        long lastId,
        long previousId,
        List<Level> bids,
        List<Level> asks)
        implements MarketEvent {
    /** No previous number: then {@code firstId} follows the {@code lastId} of the message before. */
    public static final long NOT_TOLD = -1;

    /** Writes messages about books into topics. */
    public static final Codec<Depth> CODEC = Codecs.records(Depth.class);
}
