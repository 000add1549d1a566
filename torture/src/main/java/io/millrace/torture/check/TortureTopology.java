package io.millrace.torture.check;

import io.millrace.torture.check.ReferenceOutput.Order;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** The topologies, by their names. */
enum TortureTopology {
    STATELESS(StatelessReference::new, Reference.OUT),
    WINDOWS(WindowsReference::new, Reference.OUT, Reference.LATE),
    SESSIONS(SessionsReference::new, Reference.OUT, Reference.LATE),
    TIMERS(TimersReference::new, Reference.OUT),
    JOINS(JoinsReference::new, Reference.OUT, Reference.LATE),
    STAGES(StagesReference::new, Reference.OUT),
    TRADES(TradesReference::new, Reference.OUT, Reference.LATE),
    TABLES(List.of(
            ReferenceOutput.of(Reference.OUT, Order.TASK, TablesReference::new),
            ReferenceOutput.of(AccountsReference.CHANGES, Order.TASK, TablesReference::new),
            ReferenceOutput.of(AccountsReference.GROUPS, Order.TASK, TablesReference::new),
            ReferenceOutput.of(TimedReference.TIMED, Order.TASK, TablesReference::new),
            ReferenceOutput.of(Reference.LATE, Order.TASK, TablesReference::new),
            ReferenceOutput.of(LeasedReference.LEASED, Order.KEY, TablesReference::new))),
    ENRICH(List.of(
            ReferenceOutput.meeting(Reference.OUT, MeetingReference.Kind.LEFT),
            ReferenceOutput.meeting("inner", MeetingReference.Kind.INNER),
            ReferenceOutput.meeting("looked-up", MeetingReference.Kind.LOOKED_UP),
            new ReferenceOutput("priced", Order.KEY, (output, written) -> new PricedReference(output))));

    private final List<ReferenceOutput> outputs;

    TortureTopology(final Supplier<Reference> references, final String... outputs) {
        this(Arrays.stream(outputs)
                .map(output -> ReferenceOutput.of(output, Order.TASK, references))
                .toList());
    }

    TortureTopology(final List<ReferenceOutput> outputs) {
        this.outputs = outputs;
    }

    static TortureTopology named(final String name) {
        for (final TortureTopology topology : values()) {
            if (topology.topologyName().equals(name)) {
                return topology;
            }
        }
        throw new IllegalArgumentException("no topology " + name + ", there are " + names());
    }

    static List<String> names() {
        return Arrays.stream(values()).map(TortureTopology::topologyName).toList();
    }

    String topologyName() {
        return name().toLowerCase(Locale.ROOT);
    }

    List<ReferenceOutput> outputs() {
        return outputs;
    }

    Input input(final long seed, final int partitions) throws IOException {
        return switch (this) {
            case TRADES -> TradeInput.read();
            case TABLES -> new TablesInput(seed, partitions);
            case ENRICH -> new EnrichInput(seed, partitions);
            default -> new InputFormula(seed, partitions);
        };
    }
}
