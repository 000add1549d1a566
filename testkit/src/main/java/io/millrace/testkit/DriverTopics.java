package io.millrace.testkit;

import io.millrace.streams.Topology;
import io.millrace.streams.plan.Plan;
import io.millrace.streams.plan.Stage;
import io.millrace.streams.topology.SinkNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The topics of a topology under test. */
final class DriverTopics {
    private final Topology topology;
    private final TestDriverBuilder settings;

    DriverTopics(final Topology topology, final TestDriverBuilder settings) {
        this.topology = topology;
        this.settings = settings;
    }

    /** A misspelt name would give a test one partition where it means several. */
    void check() {
        final Plan plan = topology.plan(settings::partitions);
        final TreeSet<String> known = new TreeSet<>();
        for (final Stage stage : plan.stages()) {
            if (stage.isSource()) {
                known.add(stage.inputTopic());
            }
            stage.sinks().stream().map(SinkNode::name).forEach(known::add);
        }
        for (final String topic : settings.partitions().keySet()) {
            if (!known.contains(topic)) {
                throw new IllegalArgumentException("partitions are given for topic " + topic
                        + ", which the topology neither reads nor writes; its topics are " + known);
            }
        }
    }

    /** A topic that is only read, or a misspelt one, would give a test an output in which nothing ever comes. */
    void checkWritten(final TestStore store, final Plan plan, final String topic) {
        final TreeSet<String> written = new TreeSet<>();
        store.log().topics().forEach(each -> written.add(each.name()));
        plan.stages().stream().filter(Stage::isSource).map(Stage::inputTopic).forEach(written::remove);
        plan.stages().stream()
                .flatMap(stage -> stage.sinks().stream())
                .map(SinkNode::name)
                .forEach(written::add);
        if (!written.contains(topic)) {
            throw new IllegalArgumentException("the topology does not write topic " + topic + "; it writes " + written);
        }
    }

    /** What lies in the topics that the sinks write: by topic, then partition, the data records and tombstones. */
    Map<String, List<List<RawRecord>>> outputs(final TestStore store, final Plan plan) {
        final Map<String, List<List<RawRecord>>> outputs = new TreeMap<>();
        for (final Stage stage : plan.stages()) {
            for (final SinkNode sink : stage.sinks()) {
                outputs.put(sink.name(), partitions(store, sink.name()));
            }
        }
        return outputs;
    }

    private static List<List<RawRecord>> partitions(final TestStore store, final String topic) {
        final List<List<RawRecord>> partitions = new ArrayList<>();
        for (int i = 0; i < store.log().topic(topic).partitionCount(); i++) {
            partitions.add(store.read(topic, i, 0).stream()
                    .filter(record -> record.isData() || record.isDelete())
                    .toList());
        }
        return partitions;
    }
}
