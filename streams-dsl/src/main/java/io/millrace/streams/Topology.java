package io.millrace.streams;

import io.millrace.log.JdkAccess;
import io.millrace.log.TopicSpec;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.operators.join.Change;
import io.millrace.operators.join.TableRecordCodec;
import io.millrace.streams.plan.Plan;
import io.millrace.streams.plan.Planner;
import io.millrace.streams.topology.SourceNode;
import io.millrace.streams.topology.StepNode;
import io.millrace.streams.topology.TopologyGraph;
import io.millrace.streams.topology.TopologyNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * A streaming job as it is written: sources, steps and sinks. {@link Job#start} runs it.
 *
 * <pre>{@code
 * Topology topology = Topology.named("hits-per-second");
 * topology.stream("hits", Codecs.string())
 *         .keyBy("by-path", Codecs.string(), path -> path)
 *         .window("per-second", Windows.tumbling(Duration.ofSeconds(1)))
 *         .count()
 *         .map(hits -> hits.key() + " " + hits.value(), Codecs.string())
 *         .to("hits-per-second");
 * }</pre>
 *
 * <p>The functions given to its steps must be functions of what they are given: a task runs them again when it replays its
 * partition, and its results must come out the same. Built by one thread.
 */
public final class Topology {
    static {
        // Before the first codec is made, since a codec may load a buffer class of Agrona.
        JdkAccess.open();
    }

    private static final int MAX_NAME_LENGTH = 249;

    private static final String NAME_RULE =
            "the name must have 1 to 249 of the characters A-Z a-z 0-9 . _ - and not be . or ..";

    private final String name;
    private final List<SourceNode> sources = new ArrayList<>();
    private final Set<String> stepNames = new HashSet<>();
    private final Set<String> inputTopics = new HashSet<>();
    private final Set<String> outputTopics = new HashSet<>();
    private final List<String> mistakes = new ArrayList<>();
    private ErrorPolicy onError = ErrorPolicy.FAIL;
    private final Set<String> deadLetterTopics = new LinkedHashSet<>();
    private final Set<String> exchanges = new LinkedHashSet<>();
    private final List<Supplier<String>> checks = new ArrayList<>();
    private final Set<String> generatedNames = new LinkedHashSet<>();
    private final Map<String, SideFile<?, ?>> sideFiles = new LinkedHashMap<>();
    private int unnamedSteps;

    private Topology(final String name) {
        this.name = name;
        checkName("job", name);
    }

    /**
     * Begins a topology.
     *
     * @param name of the job: 1 to 249 of the characters {@code A-Z a-z 0-9 . _ -}; exchanges and outputs carry it in the log.
     * @return an empty topology.
     */
    public static Topology named(final String name) {
        return new Topology(name);
    }

    /**
     * Sets what happens to a record that cannot be decoded or makes one of the topology's functions fail.
     *
     * @param policy to follow; {@link ErrorPolicy#FAIL} unless set.
     * @return this topology.
     */
    public Topology onError(final ErrorPolicy policy) {
        Objects.requireNonNull(policy, "onError(…) needs a policy, such as ErrorPolicy.SKIP");
        if (policy.kind() == ErrorPolicy.Kind.DEAD_LETTER) {
            addDeadLetterTopic(policy.deadLetterTopic());
        }
        onError = policy;
        return this;
    }

    /**
     * Reads a topic as a stream of what its records say. Tombstones are left out: a stream has no deletes, a {@link #table} has.
     *
     * @param topic to read, all its partitions, from the beginning.
     * @param codec of its values.
     * @param <V>   type of its values.
     * @return the stream of its values.
     */
    public <V> SourceStream<V> stream(final String topic, final Codec<V> codec) {
        Objects.requireNonNull(codec, () -> "source " + topic + " needs a codec");
        return source(new SourceNode(topic, codec), codec);
    }

    /**
     * Reads a topic as a table: the latest record of each key is its value, a tombstone deletes it. Whoever wrote the records
     * chose the partition by the hash of the key, so those of one key are together.
     *
     * @param tableName  of the step that keeps the table, unique in the topology; its state is bound to it.
     * @param topic      to read, all its partitions, from the beginning.
     * @param keyCodec   that reads the keys.
     * @param valueCodec of the values.
     * @param <K>        type of the keys.
     * @param <V>        type of the values.
     * @return the table.
     */
    public <K, V> SourceTable<K, V> table(
            final String tableName, final String topic, final Codec<K> keyCodec, final Codec<V> valueCodec) {
        Objects.requireNonNull(keyCodec, () -> "table " + tableName + " needs a codec of its keys");
        Objects.requireNonNull(valueCodec, () -> "table " + tableName + " needs a codec of its values");
        final Codec<Change<V>> codec = new TableRecordCodec<>(valueCodec);
        final SourceStream<Change<V>> source = source(new SourceNode(topic, codec, Change.<V>tombstone()), codec);
        return SourceTable.of(tableName, source, keyCodec, valueCodec);
    }

    /**
     * Keeps the rows of a file as a table. When the job starts, what has changed in the file since it was last read is appended to a topic:
     * new and other rows as records, missing ones as deletes; the job reads the topic, from the beginning or where it stood, as
     * {@link #table} does. The file itself is never read by a task.
     *
     * @param tableName of the step that keeps the table, unique in the topology; its state is bound to it.
     * @param topic     that holds what the file has said so far; made with one partition when it does not exist. Nobody else
     *                  writes it.
     * @param file      to read.
     * @param <K>       type of the keys.
     * @param <V>       type of the values.
     * @return the table.
     */
    public <K, V> SourceTable<K, V> tableFromFile(
            final String tableName, final String topic, final SideFile<K, V> file) {
        Objects.requireNonNull(file, () -> "table " + tableName + " needs a file, such as SideFile.lines(…)");
        sideFiles.put(topic, file);
        return table(tableName, topic, file.keyCodec(), file.codec());
    }

    /**
     * Tells which of the topics that it reads a job fills itself, with the rows of a side file; they are made when the job starts.
     *
     * @return their names.
     */
    public Set<String> sideTopics() {
        return Collections.unmodifiableSet(sideFiles.keySet());
    }

    /** Files whose rows are tables, by the topics that hold them, in the order in which they were named. */
    Map<String, SideFile<?, ?>> sideFiles() {
        return Collections.unmodifiableMap(sideFiles);
    }

    private <V> SourceStream<V> source(final SourceNode source, final Codec<V> codec) {
        final String topic = source.name();
        checkName("source", topic);
        if (!inputTopics.add(topic)) {
            mistake(
                    "source " + topic,
                    "the topic is read twice; read it once, and use what stream(…) or table(…) returned in both places");
        }
        sources.add(source);
        return new SourceStream<>(new Flow<>(this, source, TopologyNode.MAIN, codec), source);
    }

    /**
     * Plans the topology without running it.
     *
     * @param partitionCounts number of partitions of a source topic, by its name.
     * @return the plan, to be printed with {@link Plan#describe()}.
     * @throws MillraceException with code CONFIGURATION that lists all mistakes.
     */
    public Plan plan(final ToIntFunction<String> partitionCounts) {
        return Planner.plan(build(), partitionCounts);
    }

    /** Name of the job, where nothing else is said. */
    String name() {
        return name;
    }

    /** Plans it under another name, null for its own, and with other topics in the place of some that it writes. */
    Plan plan(final ToIntFunction<String> partitionCounts, final String jobName, final Map<String, String> outputs) {
        final TopologyGraph graph = build();
        final List<String> all = new ArrayList<>();
        outputs.forEach((topic, instead) -> checkOutput(jobName == null ? name : jobName, topic, instead, all));
        if (jobName != null && !isName(jobName)) {
            all.add("job " + jobName + ": " + NAME_RULE);
        }
        if (!all.isEmpty()) {
            throw mistakes(all);
        }
        final TopologyGraph named =
                new TopologyGraph(jobName == null ? name : jobName, graph.sources(), graph.onError());
        return Planner.plan(named, partitionCounts).withOutputs(outputs);
    }

    private void checkOutput(final String job, final String topic, final String instead, final List<String> all) {
        if (!outputTopics.contains(topic) && !deadLetterTopics.contains(topic)) {
            final Set<String> written = new TreeSet<>(outputTopics);
            written.addAll(deadLetterTopics);
            all.add("output " + topic + ": the topology writes no topic of this name; those it writes are "
                    + String.join(", ", written));
        }
        if (exchanges.stream().anyMatch(exchange -> instead.equals(job + "." + exchange))) {
            all.add("output " + topic + ": topic " + instead + " is an exchange of the job; write another topic");
        }
        if (inputTopics.contains(instead)) {
            all.add("output " + topic + ": the topology reads topic " + instead
                    + ", so it would feed itself; write another topic");
        }
        if (!isName(instead)) {
            all.add("output " + instead + ": " + NAME_RULE);
        }
    }

    /**
     * Tells how the topology runs when each of its source topics has one partition.
     *
     * @return several lines; {@link Plan#describe()} of {@link #plan} for other numbers of partitions.
     * @throws MillraceException with code CONFIGURATION that lists all mistakes.
     */
    public String describe() {
        return plan(topic -> 1).describe();
    }

    /**
     * Draws how the topology runs when each of its source topics has one partition, as a Mermaid flowchart.
     *
     * @return several lines; {@link Plan#toMermaid()} of {@link #plan} for other numbers of partitions.
     * @throws MillraceException with code CONFIGURATION that lists all mistakes.
     */
    public String toMermaid() {
        return plan(topic -> 1).toMermaid();
    }

    /**
     * Checks the topology.
     *
     * @return what the planner works on.
     * @throws MillraceException with code CONFIGURATION that lists all mistakes, each with the step's name and the fix.
     */
    public TopologyGraph build() {
        final List<String> all = new ArrayList<>(mistakes);
        if (sources.isEmpty()) {
            all.add("topology " + name + ": it reads no topic; begin with stream(topic, codec)");
        }
        if (outputTopics.isEmpty()) {
            all.add("topology " + name + ": it writes no topic; end a stream with to(topic)");
        }
        for (final String topic : inputTopics) {
            if (stepNames.contains(topic)) {
                all.add("step " + topic + ": a source has this name, and both would append under it; choose another");
            }
            if (outputTopics.contains(topic)) {
                all.add("sink " + topic
                        + ": the topology reads this topic, so it would feed itself; write another topic");
            }
        }
        for (final String topic : deadLetterTopics) {
            if (inputTopics.contains(topic) || outputTopics.contains(topic)) {
                all.add("dead-letter topic " + topic
                        + ": the topology uses this topic for something else; choose another");
            }
        }
        for (final String exchange : exchanges) {
            final String topic = name + "." + exchange;
            if (inputTopics.contains(topic) || outputTopics.contains(topic) || deadLetterTopics.contains(topic)) {
                all.add("exchange " + exchange + ": its topic " + topic
                        + " is one that the topology names for something else; choose another name");
            }
        }
        for (final String generated : generatedNames) {
            if (stepNames.contains(generated)) {
                all.add("step " + generated
                        + ": a step that nobody named goes by this name; choose another, or name that"
                        + " one with named(…)");
            }
        }
        for (final Supplier<String> check : checks) {
            final String mistake = check.get();
            if (mistake != null) {
                all.add(mistake);
            }
        }
        if (!all.isEmpty()) {
            throw mistakes(all);
        }
        return new TopologyGraph(name, sources, onError);
    }

    private MillraceException mistakes(final List<String> all) {
        // One mistake is one line; more of them are told apart by lines of their own.
        final String list = all.size() == 1 ? " " + all.get(0) : "\n  " + String.join("\n  ", all);
        return new MillraceException(ErrorCode.CONFIGURATION, "topology " + name + " cannot run:" + list);
    }

    // Counted on although a step is named later: the names of the others stay what they are.
    String nextName(final String kind) {
        unnamedSteps++;
        final String generated = kind + "-" + unnamedSteps;
        generatedNames.add(generated);
        return generated;
    }

    void nameStep(final StepNode<?> step, final String stepName) {
        checkStep(stepName);
        generatedNames.remove(step.name());
        step.named(stepName);
    }

    void checkStep(final String stepName) {
        checkName("step", stepName);
        if (stepName.indexOf('.') >= 0) {
            // An exchange is the topic job.exchange: with a dot in its name two jobs could mean the same topic.
            mistake("step " + stepName, "the name of a step has no dot");
        }
        if (!stepNames.add(stepName)) {
            mistake(
                    "step " + stepName,
                    "the name is used twice; state and outputs are bound to it, so give each step its own");
        }
    }

    void addExchange(final String exchange) {
        checkStep(exchange);
        exchanges.add(exchange);
        final int length = name.length() + 1 + exchange.length();
        if (length > MAX_NAME_LENGTH && Math.max(name.length(), exchange.length()) <= MAX_NAME_LENGTH) {
            mistake(
                    "exchange " + exchange,
                    "its topic is named after job and exchange and would have " + length + " characters, "
                            + MAX_NAME_LENGTH + " are allowed; shorten one of the names");
        }
    }

    // For what can be judged only when the topology is complete: gives the mistake, null for none.
    void check(final Supplier<String> check) {
        checks.add(check);
    }

    void addOutput(final String topic) {
        checkName("sink", topic);
        if (!outputTopics.add(topic)) {
            mistake("sink " + topic, "the topic is written twice by this topology; give each sink its own");
        }
    }

    // Several steps may share a topic of dead letters, but nothing else is written there.
    void addDeadLetterTopic(final String topic) {
        checkName("dead-letter topic", topic);
        deadLetterTopics.add(topic);
    }

    void mistake(final String where, final String whatAndFix) {
        mistakes.add(where + ": " + whatAndFix);
    }

    private void checkName(final String kind, final String text) {
        Objects.requireNonNull(text, () -> "a " + kind + " needs a name");
        if (!isName(text)) {
            mistake(kind + " " + text, NAME_RULE);
        }
    }

    private static boolean isName(final String text) {
        try {
            TopicSpec.named(text);
            return true;
        } catch (final IllegalArgumentException | MillraceException e) {
            return false;
        }
    }
}
