package io.millrace.perf.jet;

import com.hazelcast.jet.aggregate.AggregateOperation;
import com.hazelcast.jet.aggregate.AggregateOperation1;
import java.io.Serial;
import java.io.Serializable;

/** Sums over trades, changed in place. */
public final class Sums implements Serializable {
    @Serial
    private static final long serialVersionUID = 1;

    private long count;
    private long quantity;
    private long notional;

    /** Creates one of no trades. */
    public Sums() {}

    Sums(final long count, final long quantity, final long notional) {
        this.count = count;
        this.quantity = quantity;
        this.notional = notional;
    }

    /** With all that Jet can make use of: it adds frames up, and takes those away that leave a window. */
    static AggregateOperation1<Trade, Sums, Sums> operation() {
        return AggregateOperation.withCreate(Sums::new)
                .<Trade>andAccumulate(Sums::add)
                .andCombine(Sums::plus)
                .andDeduct(Sums::minus)
                .andExportFinish(Sums::copy);
    }

    void add(final Trade trade) {
        count++;
        quantity += trade.quantity();
        notional += trade.price() * trade.quantity();
    }

    private void plus(final Sums other) {
        count += other.count;
        quantity += other.quantity;
        notional += other.notional;
    }

    private void minus(final Sums other) {
        count -= other.count;
        quantity -= other.quantity;
        notional -= other.notional;
    }

    private Sums copy() {
        final Sums copy = new Sums();
        copy.plus(this);
        return copy;
    }

    long count() {
        return count;
    }

    long quantity() {
        return quantity;
    }

    long notional() {
        return notional;
    }

    long vwap() {
        return notional / quantity;
    }

    @Override
    public boolean equals(final Object other) {
        // Jet drops the sums of a key that are equal to new ones.
        return other instanceof Sums sums
                && count == sums.count
                && quantity == sums.quantity
                && notional == sums.notional;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(count * 31 + notional);
    }
}
