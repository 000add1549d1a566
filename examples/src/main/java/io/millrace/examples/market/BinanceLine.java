package io.millrace.examples.market;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.jr.ob.JSON;

/**
 * Reads a line of a recording of Binance's streams: the time of receipt in ns, a space, and the message as JSON. That time
 * counts, since the venue puts none on the quotes of its spot market.
 */
final class BinanceLine {
    private static final int DECIMALS = 8;

    private BinanceLine() {}

    /**
     * Reads a line.
     *
     * @param line   of the recording.
     * @param venue  to name as the source.
     * @param symbol of the line before, for snapshots, which name none.
     * @return the event; null for a message of another kind.
     * @throws IllegalArgumentException if it is no such line.
     */
    static MarketEvent parse(final String line, final String venue, final String symbol) {
        final int space = line.indexOf(' ');
        if (space < 1 || !line.substring(0, space).chars().allMatch(Character::isDigit)) {
            throw new IllegalArgumentException("expected a time in ns, a space and a JSON message");
        }
        final long timeNs = Long.parseLong(line.substring(0, space));
        final Map<String, Object> message = json(line.substring(space + 1));
        if (message.containsKey("lastUpdateId")) {
            final long id = number(message.get("lastUpdateId"));
            return new Depth(
                    timeNs,
                    symbol,
                    venue,
                    true,
                    id,
                    id,
                    Depth.NOT_TOLD,
                    levels(message, "bids"),
                    levels(message, "asks"));
        }
        final String stream = String.valueOf(message.get("stream"));
        if (!(message.get("data") instanceof Map<?, ?> data)) {
            throw new IllegalArgumentException("the message is no snapshot and has no data");
        }
        final String own = String.valueOf(data.get("s"));
        switch (stream.substring(stream.indexOf('@') + 1).replaceFirst("@.*", "")) {
            case "trade":
                return new Trade(timeNs, own, venue, e8(data.get("p")), e8(data.get("q")));
            case "bookTicker":
                return new Quote(
                        timeNs, own, venue, e8(data.get("b")), e8(data.get("B")), e8(data.get("a")), e8(data.get("A")));
            case "depth":
                return new Depth(
                        timeNs,
                        own,
                        venue,
                        false,
                        number(data.get("U")),
                        number(data.get("u")),
                        data.containsKey("pu") ? number(data.get("pu")) : Depth.NOT_TOLD,
                        levels(data, "b"),
                        levels(data, "a"));
            default:
                return null;
        }
    }

    private static Map<String, Object> json(final String text) {
        try {
            return JSON.std.mapFrom(text);
        } catch (final JacksonException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static List<Level> levels(final Map<?, ?> message, final String side) {
        if (!(message.get(side) instanceof List<?> levels)) {
            throw new IllegalArgumentException("no levels in " + side);
        }
        return levels.stream()
                .map(level -> (List<?>) level)
                .map(level -> new Level(e8(level.get(0)), e8(level.get(1))))
                .toList();
    }

    private static long number(final Object value) {
        if (!(value instanceof Number number)) {
            throw new IllegalArgumentException("'" + value + "' is no number");
        }
        return number.longValue();
    }

    /** Reads a decimal into units of 10^-8. */
    static long e8(final Object decimal) {
        try {
            return new BigDecimal(String.valueOf(decimal))
                    .movePointRight(DECIMALS)
                    .longValueExact();
        } catch (final ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException("'" + decimal + "' is no decimal of at most 8 places", e);
        }
    }
}
