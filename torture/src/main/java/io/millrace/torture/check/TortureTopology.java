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
    JOINS(List.of(
            ReferenceOutput.of(Reference.OUT, Order.TASK, JoinsReference::new),
            ReferenceOutput.of(Reference.LATE, Order.TASK, JoinsReference::new),
            ReferenceOutput.of(JoinsReference.INNER, Order.TASK, JoinsReference::new),
            ReferenceOutput.of(LatestReference.LATEST, Order.TASK, LatestReference::new))),
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
            new ReferenceOutput("priced", Order.KEY, (output, written) -> new PricedReference(output)))),
    RELATIONS(List.of(
            ReferenceOutput.relation(Reference.OUT, RelationsReference.Kind.OUTER),
            ReferenceOutput.relation("inner", RelationsReference.Kind.INNER),
            ReferenceOutput.relation("linked", RelationsReference.Kind.LINKED),
            ReferenceOutput.relation("linked-inner", RelationsReference.Kind.LINKED_INNER))),
    PATTERNS(List.of(
            ReferenceOutput.of(Reference.OUT, Order.TASK, TwoSmallReference::new),
            ReferenceOutput.of(TwoSmallReference.TIMED_OUT, Order.TASK, TwoSmallReference::new),
            ReferenceOutput.of(Reference.LATE, Order.TASK, TwoSmallReference::new),
            ReferenceOutput.of(QuietReference.QUIET, Order.TASK, QuietReference::new),
            ReferenceOutput.of(MissedReference.UNMET, Order.TASK, MissedReference::new),
            ReferenceOutput.of(MissedReference.SILENT, Order.KEY, MissedReference::new),
            ReferenceOutput.of(TogetherReference.TOGETHER, Order.TASK, TogetherReference::new),
            ReferenceOutput.of(TogetherReference.LATE_EVEN, Order.TASK, TogetherReference::new))),
    ASYNC(List.of(
            ReferenceOutput.of(Reference.OUT, Order.TASK, AnsweredReference::new),
            ReferenceOutput.of(AnsweredReference.WINDOWS, Order.TASK, AnsweredReference::new),
            ReferenceOutput.of(AnsweredReference.UNORDERED, Order.ANY, AnsweredReference::new)));

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
            case RELATIONS -> new RelationsInput(TradeInput.read(), partitions);
            default -> new InputFormula(seed, partitions);
        };
    }
}
