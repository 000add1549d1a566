package io.millrace.perf.flink;

import io.millrace.perf.compare.nexmark.NexmarkRows;
import java.io.Serial;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.api.java.tuple.Tuple4;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;

/** Persons and auctions of one seller, whichever comes first. */
final class Sellers
        extends KeyedCoProcessFunction<Long, Tuple4<Long, String, String, String>, Tuple3<Long, Long, Long>, String> {
    @Serial
    private static final long serialVersionUID = 1;

    private transient ListState<Tuple4<Long, String, String, String>> persons;
    private transient ListState<Long> auctions;

    @Override
    public void open(final OpenContext context) {
        persons = getRuntimeContext()
                .getListState(new ListStateDescriptor<>(
                        "persons", Types.TUPLE(Types.LONG, Types.STRING, Types.STRING, Types.STRING)));
        auctions = getRuntimeContext().getListState(new ListStateDescriptor<>("auctions", Types.LONG));
    }

    @Override
    public void processElement1(
            final Tuple4<Long, String, String, String> person, final Context context, final Collector<String> out)
            throws Exception {
        // Objects are used again, and state on the heap keeps what it is given.
        final Tuple4<Long, String, String, String> kept = person.copy();
        persons.add(kept);
        for (final Long auction : auctions.get()) {
            out.collect(row(kept, auction));
        }
    }

    @Override
    public void processElement2(
            final Tuple3<Long, Long, Long> auction, final Context context, final Collector<String> out)
            throws Exception {
        auctions.add(auction.f1);
        for (final Tuple4<Long, String, String, String> person : persons.get()) {
            out.collect(row(person, auction.f1));
        }
    }

    private static String row(final Tuple4<Long, String, String, String> person, final long auction) {
        return NexmarkRows.q3(person.f1, person.f2, person.f3, auction);
    }
}
