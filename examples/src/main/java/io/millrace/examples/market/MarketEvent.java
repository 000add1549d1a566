package io.millrace.examples.market;

/** What a venue told. Prices and quantities are exact, in units of 10^-8. */
public sealed interface MarketEvent permits Trade, Quote, Depth {
    /** The unit of prices and quantities. */
    double UNIT = 1e-8;

    /**
     * When it happened or, where the venue does not say, when it was received.
     *
     * @return ns since the epoch.
     */
    long timeNs();

    /**
     * What is traded.
     *
     * @return such as {@code BTCUSDT}.
     */
    String symbol();
}
