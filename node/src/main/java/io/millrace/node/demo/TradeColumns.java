package io.millrace.node.demo;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Where the header of a CSV file puts the columns of a trade; -1 is an optional column that the file does not have.
 *
 * @param count          columns that the header names, known or not.
 * @param eventTime      place of the event time.
 * @param eventTimeUnit  of the event time.
 * @param symbol         place of the symbol.
 * @param price          place of the price.
 * @param quantity       place of the quantity.
 * @param received       place of the time of receipt, optional.
 * @param receivedUnit   of the time of receipt.
 * @param tradeId        place of the exchange's number of the trade, optional.
 */
record TradeColumns(
        int count,
        int eventTime,
        TimeUnit eventTimeUnit,
        int symbol,
        int price,
        int quantity,
        int received,
        TimeUnit receivedUnit,
        int tradeId) {
    /** A complete header, for error messages. */
    static final String EXAMPLE = "event_time_ms,symbol,price,quantity";

    private static final Set<String> NAMES = Set.of(
            "event_time_ns",
            "event_time_us",
            "event_time_ms",
            "symbol",
            "price",
            "quantity",
            "received_ns",
            "received_us",
            "received_ms",
            "trade_id");
    private static final int MISSING = -1;

    /** Units in which a file may state its times. */
    enum TimeUnit {
        NANOSECONDS("ns", 1),
        MICROSECONDS("us", 1_000),
        MILLISECONDS("ms", 1_000_000);

        private final String suffix;
        private final long ns;

        TimeUnit(final String suffix, final long ns) {
            this.suffix = suffix;
            this.ns = ns;
        }

        String suffix() {
            return suffix;
        }

        long ns() {
            return ns;
        }
    }

    /**
     * Finds the columns of a header. Names are taken without regard to case; columns it does not know are passed over.
     *
     * @param file   name of the file, for errors.
     * @param line   first line of the file, for errors.
     * @param header fields of the first line, null when the line is not CSV.
     * @return the columns.
     * @throws MillraceException with {@link ErrorCode#CONFIGURATION} when a column is missing or named twice.
     */
    static TradeColumns parse(final String file, final String line, final List<String> header) {
        if (header == null) {
            throw badHeader(file, "the header line is not CSV: its quotes do not match");
        }
        final List<String> names = header.stream()
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .toList();
        if (names.stream().noneMatch(NAMES::contains)) {
            throw badHeader(
                    file,
                    "the first line must name the columns, for example " + EXAMPLE + "; it is " + Excerpt.of(line));
        }
        final TimeUnit eventTimeUnit = unitOf(file, names, "event_time");
        if (eventTimeUnit == null) {
            throw badHeader(
                    file, "the header has no column event_time_ns, event_time_us or event_time_ms" + found(line));
        }
        final TimeUnit receivedUnit = unitOf(file, names, "received");
        return new TradeColumns(
                names.size(),
                required(file, line, names, "event_time_" + eventTimeUnit.suffix()),
                eventTimeUnit,
                required(file, line, names, "symbol"),
                required(file, line, names, "price"),
                required(file, line, names, "quantity"),
                receivedUnit == null ? MISSING : required(file, line, names, "received_" + receivedUnit.suffix()),
                receivedUnit,
                optional(file, names, "trade_id"));
    }

    boolean hasReceived() {
        return received != MISSING;
    }

    boolean hasTradeId() {
        return tradeId != MISSING;
    }

    private static TimeUnit unitOf(final String file, final List<String> names, final String prefix) {
        TimeUnit found = null;
        for (final TimeUnit unit : TimeUnit.values()) {
            if (names.contains(prefix + "_" + unit.suffix())) {
                if (found != null) {
                    throw badHeader(file, "the header has more than one " + prefix + "_... column; keep one of them");
                }
                found = unit;
            }
        }
        return found;
    }

    private static int required(final String file, final String line, final List<String> names, final String column) {
        final int place = optional(file, names, column);
        if (place == MISSING) {
            throw badHeader(file, "the header has no column " + column + found(line));
        }
        return place;
    }

    private static int optional(final String file, final List<String> names, final String column) {
        final int place = names.indexOf(column);
        if (place != names.lastIndexOf(column)) {
            throw badHeader(file, "the header names column " + column + " twice");
        }
        return place;
    }

    private static String found(final String line) {
        return "; it names " + Excerpt.of(line) + ", expected for example " + EXAMPLE;
    }

    private static MillraceException badHeader(final String file, final String reason) {
        return new MillraceException(ErrorCode.CONFIGURATION, file + ":1: " + reason);
    }
}
