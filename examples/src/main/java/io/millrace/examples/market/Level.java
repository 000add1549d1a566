package io.millrace.examples.market;

/**
 * A price of an order book.
 *
 * @param priceE8    in units of 10^-8.
 * @param quantityE8 all that is offered at that price, in units of 10^-8; 0 in a change removes the level.
 */
public record Level(long priceE8, long quantityE8) {}
