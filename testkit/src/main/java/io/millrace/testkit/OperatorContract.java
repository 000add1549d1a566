package io.millrace.testkit;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.keyed.Processor;
import io.millrace.streams.Topology;
import io.millrace.streams.plan.TaskParts;
import io.millrace.streams.topology.SourceNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What every operator has to keep, checked by running the same input again in worse conditions. For the operators and
 * processors of those who use Millrace as well as for its own: a topology with the step in it, and a script of what comes, are all
 * that is needed; for a processor alone {@link #processor} makes the topology.
 *
 * <pre>{@code
 * OperatorContract.of(() -> {
 *             Topology topology = Topology.named("distinct");
 *             topology.stream("visits", Codecs.string())
 *                     .keyBy("by-visitor", Codecs.string(), visitor -> visitor)
 *                     .process("first-of-the-day", …)
 *                     .to("visitors");
 *             return topology;
 *         })
 *         .script(driver -> {
 *             TestInput<String> visits = driver.input("visits", Codecs.string());
 *             visits.pipe("ann").pipe("bob").pipe("ann");
 *             driver.advanceTime(Duration.ofDays(1));
 *             driver.end();
 *         })
 *         .verify();
 * }</pre>
 *
 * <p>The script is run for each number of partitions: once as it is, and then again
 *
 * <ol>
 *   <li>each stage over what it has read, in one go and killed in the middle ({@link TopologyTestDriver#replayTwice()});
 *   <li>with every second output refused once, as by a log that has no space ready;
 *   <li>with each operator that keeps state ({@link io.millrace.operators.state.Stateful}) written down and read back into a new
 *       one after every call;
 *   <li>with checkpoints of each operator that keeps state, taken while it goes on: a new one that reads them has to be, to the
 *       byte, what the operator was when they began, and now and then goes on in its place;
 *   <li>killed and resumed after every input record, {@link #maxCrashes} times at most, from the beginning of the input; and as many
 *       times with checkpoints, killed one to three times at {@linkplain TestDriverBuilder#crashes random moments}.
 * </ol>
 *
 * <p>Each time the topics that the topology writes must hold the same records, in the same order. Between different numbers of
 * partitions, they must hold the same records in any order and partition.
 */
public final class OperatorContract {
    private static final int DEFAULT_MAX_CRASHES = 20;
    private static final long STATE_BUDGET = 256L * 1024 * 1024;
    private static final int SEGMENT_LENGTH = 64 * 1024;
    private static final long FIRST_SEED = Long.getLong("millrace.seed", 0);
    private static final int MAX_KILLS = 3;
    private static final int MOMENTS_OF_A_RECORD = 4;

    private final Supplier<Topology> topologies;
    private Consumer<TopologyTestDriver> script = driver -> {};
    private int[] partitionCounts = {1, 2, 3};
    private int maxCrashes = DEFAULT_MAX_CRASHES;
    private int segmentLength = SEGMENT_LENGTH;

    // Filled while the contract is verified.
    private long records;
    private int refusals;
    private int restores;
    private int crashes;
    private int checkpointedCrashes;

    private OperatorContract(final Supplier<Topology> topologies) {
        this.topologies = topologies;
    }

    /**
     * Begins to describe what is checked.
     *
     * @param topologies makes the same topology each time, with the operator in it and a sink behind it.
     * @return the contract.
     */
    public static OperatorContract of(final Supplier<Topology> topologies) {
        return new OperatorContract(topologies);
    }

    /**
     * Begins to describe what is checked of a processor alone, without a topology around it.
     *
     * @param processors  makes a new processor at each call.
     * @param valueCodec  of what it takes.
     * @param resultCodec of what it hands on.
     * @param <K>         type of the keys.
     * @param <V>         type of the values it takes.
     * @param <R>         type of the values it hands on.
     * @return the contract, which needs a key.
     */
    public static <K, V, R> ProcessorContract<K, V, R> processor(
            final Supplier<? extends Processor<K, V, R>> processors,
            final Codec<V> valueCodec,
            final Codec<R> resultCodec) {
        return new ProcessorContract<>(processors, valueCodec, resultCodec);
    }

    /**
     * Says what comes in.
     *
     * @param newScript puts in values, watermarks and the end, and lets time pass; the same each time. It may look at results.
     * @return this.
     */
    public OperatorContract script(final Consumer<TopologyTestDriver> newScript) {
        script = newScript;
        return this;
    }

    /**
     * Says how many partitions the source topics have.
     *
     * @param counts numbers that must all give the same results; 1, 2 and 3 unless set. One number for a step whose results
     *               depend on the partition that a value comes in, such as which value is late.
     * @return this.
     * @throws IllegalArgumentException if there is none.
     */
    public OperatorContract partitions(final int... counts) {
        if (counts.length == 0) {
            throw new IllegalArgumentException("name at least one number of partitions");
        }
        partitionCounts = counts.clone();
        return this;
    }

    /**
     * Says how often a run is killed at most. Each costs a run.
     *
     * @param newMaxCrashes 0 or more, spread over the input; 20 unless set.
     * @return this.
     */
    public OperatorContract maxCrashes(final int newMaxCrashes) {
        maxCrashes = newMaxCrashes;
        return this;
    }

    /**
     * Sets the segment length of the log.
     *
     * @param length in bytes, a power of two from 64 KiB to 1 GiB; 64 KiB unless set.
     * @return this.
     */
    public OperatorContract segmentLength(final int length) {
        segmentLength = length;
        return this;
    }

    /**
     * Checks the contract.
     *
     * @return what was done.
     * @throws AssertionError that names the condition under which the results differ, and the first record that does; or that
     *                        says that the script makes no result, so that nothing was checked.
     */
    public ContractReport verify() {
        Map<String, List<List<RawRecord>>> first = null;
        for (final int partitions : partitionCounts) {
            final Map<String, List<List<RawRecord>>> expected = plainRun(partitions);
            checkHasResults(expected, partitions);
            if (first == null) {
                first = expected;
            } else {
                sameInAnyOrder(first, expected, partitions);
            }
            refused(partitions, expected);
            restored(partitions, expected);
            checkpointed(partitions, expected);
            killed(partitions, expected);
        }
        return new ContractReport(records, refusals, restores, crashes, checkpointedCrashes);
    }

    private Map<String, List<List<RawRecord>>> plainRun(final int partitions) {
        return run(partitions, () -> TaskParts.STANDARD, driver -> {
            script.accept(driver);
            driver.replayTwice();
            records = Math.max(records, driver.counters().recordsIn());
            return driver.outputs();
        });
    }

    private static void checkHasResults(final Map<String, List<List<RawRecord>>> outputs, final int partitions) {
        if (outputs.values().stream().flatMap(List::stream).allMatch(List::isEmpty)) {
            throw new AssertionError("the script makes no result on " + partitions
                    + " partitions, so there is nothing to check; let time pass or call end()");
        }
    }

    private void refused(final int partitions, final Map<String, List<List<RawRecord>>> expected) {
        final RefusingParts parts = new RefusingParts();
        check("with every second output refused", partitions, expected, run(partitions, () -> parts, this::play));
        refusals += parts.refusals();
    }

    private void restored(final int partitions, final Map<String, List<List<RawRecord>>> expected) {
        restoring("restored after every call", false, partitions, expected);
    }

    private void checkpointed(final int partitions, final Map<String, List<List<RawRecord>>> expected) {
        restoring("restored from checkpoints of each operator", true, partitions, expected);
    }

    private void restoring(
            final String condition,
            final boolean takesCheckpoints,
            final int partitions,
            final Map<String, List<List<RawRecord>>> expected) {
        final List<RestoringParts> all = new ArrayList<>();
        final Supplier<TaskParts> parts = () -> {
            final RestoringParts made = new RestoringParts(STATE_BUDGET, takesCheckpoints);
            all.add(made);
            return made;
        };
        check(condition, partitions, expected, run(partitions, parts, this::play));
        restores += all.stream().mapToInt(RestoringParts::restores).sum();
    }

    private void killed(final int partitions, final Map<String, List<List<RawRecord>>> expected) {
        if (maxCrashes == 0) {
            return;
        }
        final long step = Math.max(1, (records + maxCrashes - 1) / maxCrashes);
        for (long recordsIn = 1; recordsIn <= records; recordsIn += step) {
            final long at = recordsIn;
            final Map<String, List<List<RawRecord>>> actual =
                    run(partitions, () -> TaskParts.STANDARD, driver -> play(driver.crashAt(at)));
            check("killed after input record " + at + " and resumed", partitions, expected, actual);
            crashes++;
            killedWithCheckpoints(partitions, at, expected);
        }
    }

    private void killedWithCheckpoints(
            final int partitions, final long at, final Map<String, List<List<RawRecord>>> expected) {
        final long seed = FIRST_SEED + at;
        final int times = 1 + (int) Math.floorMod(seed, (long) MAX_KILLS);
        final Map<String, List<List<RawRecord>>> actual = run(
                partitions,
                () -> TaskParts.STANDARD,
                builder -> builder.checkpoints(seed).crashes(seed, times, MOMENTS_OF_A_RECORD * records + times),
                driver -> {
                    final Map<String, List<List<RawRecord>>> outputs = play(driver);
                    checkpointedCrashes += driver.restoredTasks() > 0 ? 1 : 0;
                    return outputs;
                });
        check(
                "killed at random moments and resumed from checkpoints (seed " + seed + ", -Dmillrace.seed="
                        + FIRST_SEED + ")",
                partitions,
                expected,
                actual);
    }

    private Map<String, List<List<RawRecord>>> play(final TopologyTestDriver driver) {
        script.accept(driver);
        return driver.outputs();
    }

    private <R> R run(
            final int partitions, final Supplier<TaskParts> parts, final Function<TopologyTestDriver, R> body) {
        return run(partitions, parts, builder -> {}, body);
    }

    private <R> R run(
            final int partitions,
            final Supplier<TaskParts> parts,
            final Consumer<TestDriverBuilder> settings,
            final Function<TopologyTestDriver, R> body) {
        final Topology topology = topologies.get();
        final TestDriverBuilder builder = TopologyTestDriver.of(topology)
                .segmentLength(segmentLength)
                .stateBudget(STATE_BUDGET)
                .parts(parts);
        settings.accept(builder);
        topology.build().sources().stream()
                .map(SourceNode::name)
                .forEach(topic -> builder.partitions(topic, partitions));
        try (TopologyTestDriver driver = builder.start()) {
            return body.apply(driver);
        }
    }

    private static void check(
            final String condition,
            final int partitions,
            final Map<String, List<List<RawRecord>>> expected,
            final Map<String, List<List<RawRecord>>> actual) {
        expected.forEach((topic, lists) -> {
            for (int partition = 0; partition < lists.size(); partition++) {
                Differences.check(
                        "the operator contract is broken " + condition + " on " + partitions + " partitions",
                        topic,
                        partition,
                        lists.get(partition),
                        actual.get(topic).get(partition),
                        null);
            }
        });
    }

    private void sameInAnyOrder(
            final Map<String, List<List<RawRecord>>> expected,
            final Map<String, List<List<RawRecord>>> actual,
            final int partitions) {
        expected.forEach((topic, lists) -> {
            final List<String> before = sorted(lists);
            final List<String> now = sorted(actual.get(topic));
            if (!before.equals(now)) {
                throw new AssertionError("the results depend on the number of partitions: topic=" + topic + ": "
                        + partitionCounts[0] + " give " + before + ", " + partitions + " give " + now);
            }
        });
    }

    private static List<String> sorted(final List<List<RawRecord>> partitions) {
        return partitions.stream()
                .flatMap(List::stream)
                .map(record -> record.describe(null))
                .sorted()
                .toList();
    }
}
