package io.millrace.torture.check;

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
    TRADES(TradesReference::new, Reference.OUT, Reference.LATE);

    private final Supplier<Reference> references;
    private final List<String> outputs;

    TortureTopology(final Supplier<Reference> references, final String... outputs) {
        this.references = references;
        this.outputs = List.of(outputs);
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

    Supplier<Reference> references() {
        return references;
    }

    List<String> outputs() {
        return outputs;
    }

    Input input(final long seed, final int partitions) throws IOException {
        return this == TRADES ? TradeInput.read() : new InputFormula(seed, partitions);
    }
}
