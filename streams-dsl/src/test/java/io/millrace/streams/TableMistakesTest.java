package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is wrong with tables is said when the topology is built, in one line. */
class TableMistakesTest {
    private final Topology topology = Topology.named("job");

    @Test
    void shouldReportATableThatNobodyReads() {
        table();
        topology.stream("other", Codecs.string()).to("out");

        assertMistake("table prices: nobody reads it, so it would keep state for nothing");
    }

    @Test
    void shouldReportATimeToLiveThatIsNone() {
        table().ttl(Duration.ZERO).to("out", Codecs.string());

        assertMistake("table prices: the time to live must be 1 ns to 36 years, is PT0S");
    }

    @Test
    void shouldReportNewValuesOnlyOfATableWithDeletes() {
        table().toChanges().map(Object::toString, Codecs.string()).to("out");

        assertMistake("table prices: keys are deleted from it, which toChanges() cannot tell; use changes()");
    }

    @Test
    void shouldReportEveryUpdateOfATableOfATopic() {
        table().everyUpdate().to("out", Codecs.string());

        assertMistake("table prices: everyUpdate() is for the aggregations of streams");
    }

    @Test
    void shouldAskForTheCodecOfAnAggregateWhoseValueBeforeIsNeeded() {
        final Table<String, List<String>> top = keyed().topN("top", 3, String::length, Codecs.string());
        top.changes().mapValues(Object::toString, Codecs.string()).to("out");

        assertMistake("table top: changes() needs the value before a change, which is kept as bytes; say how values are"
                + " written with codec(…)");
    }

    @Test
    void shouldKeepTheValueBeforeOfAnAggregateWhereItIsNeededOnly() {
        final Table<String, Long> counts = keyed().count("counts");
        counts.toChanges().map(Object::toString, Codecs.string()).to("out");
        assertThat(topology.describe()).doesNotContain("counts-table");

        counts.changes().mapValues(Object::toString, Codecs.string()).to("changes");

        assertThat(topology.describe()).contains("counts-table (table, latest by position)");
        assertThatCode(topology::build).doesNotThrowAnyException();
    }

    @Test
    void shouldReportATopicThatIsReadAsStreamAndAsTable() {
        topology.stream("in", Codecs.string()).to("out");
        table().to("copy", Codecs.string());

        assertMistake("source in: the topic is read twice");
    }

    @Test
    void shouldDescribeATable() {
        table().latestByEventTime().ttl(Duration.ofSeconds(5)).to("out", Codecs.string());

        assertThat(topology.describe())
                .contains("topic in [string, deletes]")
                .contains("prices (table, latest by event time, kept for 5 s)")
                .contains("topic out [string, deletes]");
    }

    private SourceTable<String, String> table() {
        return topology.table("prices", "in", Codecs.string(), Codecs.string());
    }

    private KeyedStream<String, String> keyed() {
        return topology.stream("words", Codecs.string()).keyed(Codecs.string());
    }

    private void assertMistake(final String message) {
        assertThatThrownBy(topology::build).hasMessageContaining(message);
    }
}
