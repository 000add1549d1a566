package io.millrace.examples.market;

import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the lines of a day of US equities, a file named such as {@code ibm_20131008_quote.csv.gz}: ms since midnight in New
 * York, prices times 10,000, and the exchange as a letter. A line of quotes has one side, and 0 for the other. It tells the best of
 * all exchanges, and whose that is; so the tape is the one venue of these quotes, and the letter does not count.
 */
final class EquityTicks {
    private static final Pattern NAME = Pattern.compile("([a-z.]+)_(\\d{8})_(trade|quote)\\.csv(\\.gz)?");
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
    private static final String TAPE = "tape";
    private static final long PRICE_TO_E8 = 10_000;
    private static final long SHARE_TO_E8 = 100_000_000;

    private final String symbol;
    private final boolean isQuotes;
    private final long midnightNs;

    private EquityTicks(final String symbol, final boolean isQuotes, final long midnightNs) {
        this.symbol = symbol;
        this.isQuotes = isQuotes;
        this.midnightNs = midnightNs;
    }

    /** A reader of the file of this name; null if it is not named so. */
    static EquityTicks of(final String fileName) {
        final Matcher name = NAME.matcher(fileName);
        if (!name.matches()) {
            return null;
        }
        final LocalDate day = LocalDate.parse(name.group(2), DateTimeFormatter.BASIC_ISO_DATE);
        return new EquityTicks(
                name.group(1).toUpperCase(Locale.ROOT),
                "quote".equals(name.group(3)),
                TimeUnit.SECONDS.toNanos(day.atStartOfDay(NEW_YORK).toEpochSecond()));
    }

    MarketEvent parse(final List<String> fields) {
        if (fields.size() < (isQuotes ? 5 : 4)) {
            throw new IllegalArgumentException("too few fields: " + fields.size());
        }
        final long timeNs = midnightNs + TimeUnit.MILLISECONDS.toNanos(Long.parseLong(fields.get(0)));
        return isQuotes
                ? new Quote(
                        timeNs,
                        symbol,
                        TAPE,
                        Long.parseLong(fields.get(1)) * PRICE_TO_E8,
                        Long.parseLong(fields.get(2)) * SHARE_TO_E8,
                        Long.parseLong(fields.get(3)) * PRICE_TO_E8,
                        Long.parseLong(fields.get(4)) * SHARE_TO_E8)
                : new Trade(
                        timeNs,
                        symbol,
                        fields.get(3),
                        Long.parseLong(fields.get(1)) * PRICE_TO_E8,
                        Long.parseLong(fields.get(2)) * SHARE_TO_E8);
    }
}
