package io.millrace.examples.nexmark;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.keyed.Processor;
import io.millrace.operators.keyed.ProcessorContext;
import io.millrace.operators.keyed.ProcessorSetup;
import io.millrace.operators.keyed.ValueState;
import io.millrace.streams.Codecs;
import java.util.concurrent.TimeUnit;

/**
 * Finds the winner of each auction: the highest bid before it expires that is no less than its reserve, and of those the earliest. It is
 * told when event time has passed the end of the auction, so that no other bid can come.
 *
 * <p>Until an auction has come, it is not known which of its bids count, and all that might win are kept; behind that, only the one that
 * leads. A second auction of the same number is passed over.
 */
final class WinningBid implements Processor<Long, Event, Winner> {
    /**
     * What decides an auction.
     *
     * @param seller   of the auction.
     * @param category of the auction.
     * @param reserve  the least price, {@link Event#NULL} if none will do.
     * @param expires  when it ends, in ms since the epoch.
     * @param isOver   whether its winner was told.
     */
    record Terms(long seller, long category, long reserve, long expires, boolean isOver) {
        boolean accept(final Bid bid) {
            return reserve != Event.NULL && bid.price() >= reserve && bid.ts() < expires;
        }

        Terms over() {
            return new Terms(seller, category, reserve, expires, true);
        }
    }

    private static final Codec<Terms> TERMS = Codecs.records(Terms.class);
    private static final Codec<Bid> BID = Codecs.records(Bid.class);

    // Event times of a job lie within; an auction that ends later ends with the input.
    private static final long MAX_TIME_MS = TimeUnit.NANOSECONDS.toMillis(1L << 62);

    private ValueState<Terms> terms;
    private ValueState<Bid> leader;
    private ValueState<Bid.Bids> early;

    @Override
    public void init(final ProcessorSetup setup) {
        terms = setup.valueState("terms", TERMS);
        leader = setup.valueState("leader", BID);
        early = setup.valueState("early", Bid.Bids.CODEC);
    }

    @Override
    public void process(final Event event, final ProcessorContext<Long, Winner> context) {
        if (event.isAuction()) {
            onAuction(event, context);
        } else if (terms.isSet()) {
            onBid(Bid.of(event), terms.value());
        } else {
            early.set(early.valueOr(Bid.Bids.NONE).withContender(Bid.of(event)));
        }
    }

    private void onAuction(final Event auction, final ProcessorContext<Long, Winner> context) {
        if (terms.isSet()) {
            return;
        }
        final Terms now = new Terms(auction.seller(), auction.category(), auction.reserve(), auction.expires(), false);
        terms.set(now);
        early.valueOr(Bid.Bids.NONE).bids().forEach(bid -> onBid(bid, now));
        early.clear();
        final long endMs = Math.max(-MAX_TIME_MS, Math.min(MAX_TIME_MS, now.expires()));
        context.scheduleEventTimer(TimeUnit.MILLISECONDS.toNanos(endMs));
    }

    private void onBid(final Bid bid, final Terms now) {
        if (!now.isOver() && now.accept(bid) && (!leader.isSet() || bid.isBetterThan(leader.value()))) {
            leader.set(bid);
        }
    }

    @Override
    public void onEventTimer(final long timeNs, final ProcessorContext<Long, Winner> context) {
        final Terms now = terms.value();
        if (leader.isSet()) {
            final Bid bid = leader.value();
            context.forward(new Winner(
                    context.keyLong(),
                    now.seller(),
                    now.category(),
                    now.expires(),
                    bid.bidder(),
                    bid.price(),
                    bid.ts()));
        }
        leader.clear();
        terms.set(now.over());
    }
}
