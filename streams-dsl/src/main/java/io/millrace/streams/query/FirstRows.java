package io.millrace.streams.query;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** The first so many rows by an order, whatever number of them come; of equal ones those that came earlier. */
final class FirstRows<R> {
    private final int limit;
    private final Comparator<Numbered<R>> order;
    private final PriorityQueue<Numbered<R>> last;
    private long added;

    FirstRows(final int limit, final Comparator<? super R> order) {
        if (limit < 1) {
            throw new IllegalArgumentException("a limit is at least 1 row, not " + limit);
        }
        this.limit = limit;
        this.order = Comparator.<Numbered<R>, R>comparing(Numbered::row, order).thenComparingLong(Numbered::number);
        this.last = new PriorityQueue<>(this.order.reversed());
    }

    void add(final R row) {
        last.add(new Numbered<>(row, added++));
        if (last.size() > limit) {
            last.remove();
        }
    }

    List<R> inOrder() {
        final List<Numbered<R>> rows = new ArrayList<>(last);
        rows.sort(order);
        return rows.stream().map(Numbered::row).toList();
    }

    private record Numbered<R>(R row, long number) {}
}
