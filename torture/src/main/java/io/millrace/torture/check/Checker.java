package io.millrace.torture.check;

import io.millrace.torture.check.ReferenceOutput.Order;
import io.millrace.torture.check.StoredRecord.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Checks what a tortured job has left in its store.
 *
 * <p>Five questions, each answered without a class of the product:
 * <ol>
 *   <li>Is every partition of the store readable to its end, every checksum right, and does it end where the store says?
 *   <li>Do the sequences of each producer in input and outputs follow each other from 0?
 *   <li>Does the input topic hold the records that should have been fed, and their order?
 *   <li>Do the outputs hold the same bytes as those of the undisturbed run?
 *   <li>Do they hold what a {@link Reference} makes of the input topic?
 * </ol>
 *
 * <p>A partition of an output that one task wrote alone is compared in its whole order, one that several tasks wrote in that of
 * each key. The order across the partitions of an output that the reference makes is unknown to it, so it is compared by key where the
 * output has several. Where the results of two runs may differ, since it is not said how two inputs meet, each run is compared with
 * what the reference says to its results.
 *
 * <p>The last two questions see the same mistake twice, so the result has of each kind of difference the larger number of the two.
 */
public final class Checker {
    private static final int MAX_GAPS_TOLD = 5;

    private final CheckRequest request;
    private final TortureTopology topology;
    private final StoreReader store;
    private final List<StoredTopic> inputs;
    private final Set<String> damage = new LinkedHashSet<>();
    private final Differences ofInput = new Differences();
    private final Differences ofUndisturbed = new Differences();
    private final Differences ofReference = new Differences();
    private final List<String> gaps = new ArrayList<>();
    private long inputCount;
    private long outputCount;

    private Checker(final CheckRequest request) throws IOException {
        this.request = request;
        this.topology = TortureTopology.named(request.topology());
        this.store = StoreReader.open(request.store());
        this.inputs = request.inputs().stream().map(store::topic).toList();
    }

    /**
     * The topologies that can be checked.
     *
     * @return their names.
     */
    public static List<String> topologies() {
        return TortureTopology.names();
    }

    /**
     * Checks a store.
     *
     * @param request what is to be checked.
     * @return what was found; a store that cannot be read at all is one damage.
     * @throws IOException if a file cannot be read.
     */
    public static CheckResult check(final CheckRequest request) throws IOException {
        final Checker checker;
        try {
            checker = new Checker(request);
        } catch (final DamagedStoreException e) {
            return new CheckResult(0, 0, 0, 0, 0, 0, 0, 1, List.of("damaged: " + e.getMessage()));
        }
        return checker.check();
    }

    private CheckResult check() throws IOException {
        new StoreVerification(store, damage::add).verify(request.damaged());
        final Input expected = topology.input(request.seed(), partitions());
        for (int i = 0; i < inputs.size(); i++) {
            final int topic = i;
            unlessDamaged(() -> checkSequences(inputs.get(topic)));
            for (int j = 0; j < partitions(); j++) {
                final int partition = j;
                unlessDamaged(() -> checkInput(expected, topic, partition));
            }
            unlessDamaged(() -> inputCount += count(inputs.get(topic)));
        }
        for (final ReferenceOutput output : topology.outputs()) {
            unlessDamaged(() -> checkOutput(output));
        }
        return result();
    }

    private int partitions() {
        return inputs.get(0).partitions();
    }

    private interface Question {
        void ask() throws IOException;
    }

    private void unlessDamaged(final Question question) throws IOException {
        try {
            question.ask();
        } catch (final DamagedStoreException e) {
            damage.add(e.getMessage());
        }
    }

    private void checkSequences(final StoredTopic topic) {
        for (int i = 0; i < topic.partitions(); i++) {
            gaps.addAll(store.sequenceGaps(topic, i));
        }
    }

    private void checkInput(final Input expected, final int topic, final int partition) {
        Comparison.inOrder(
                ofInput,
                "input " + inputs.get(topic).name() + "/" + partition,
                () -> Input.of(expected, request.count(), topic, partition),
                records(inputs.get(topic), partition).iterator());
    }

    private void checkOutput(final ReferenceOutput output) {
        final StoredTopic tortured = store.topic(request.tortured().get(output.name()));
        final StoredTopic undisturbed = store.topic(request.undisturbed().get(output.name()));
        outputCount += count(tortured);
        checkSequences(tortured);
        checkSequences(undisturbed);
        if (tortured.partitions() != undisturbed.partitions()) {
            throw new DamagedStoreException(
                    tortured.directory(), "not as many partitions as " + undisturbed.name() + " has");
        }
        final boolean isInOrder = output.order() == Order.TASK && partitions() == 1;
        if (output.order() == Order.MEETING) {
            compareWithReference(ofUndisturbed, output, undisturbed, false);
        } else {
            for (int i = 0; i < tortured.partitions(); i++) {
                final String where = "against the undisturbed run, " + tortured.name() + "/" + i;
                compare(ofUndisturbed, output, where, records(undisturbed, i), records(tortured, i), isInOrder);
            }
        }
        compareWithReference(ofReference, output, tortured, isInOrder && tortured.partitions() == 1);
    }

    private void compareWithReference(
            final Differences differences,
            final ReferenceOutput output,
            final StoredTopic written,
            final boolean isInOrder) {
        compare(
                differences,
                output,
                "against the reference, " + written.name(),
                new ReferenceRecords(
                        store, inputs, () -> output.references().apply(output.name(), all(written)), output.name()),
                all(written),
                isInOrder);
    }

    private static void compare(
            final Differences differences,
            final ReferenceOutput output,
            final String where,
            final Iterable<OutputRecord> expected,
            final Iterable<OutputRecord> actual,
            final boolean isInOrder) {
        if (output.order() == Order.ANY) {
            Comparison.inOrder(
                    differences,
                    where,
                    OutputRecord.sorted(expected),
                    OutputRecord.sorted(actual).iterator());
        } else if (isInOrder) {
            Comparison.inOrder(differences, where, expected, actual.iterator());
        } else {
            Comparison.byKey(differences, where, expected, actual.iterator());
        }
    }

    /** What somebody has appended to a partition; not what the log or a clock has. */
    private Iterable<OutputRecord> records(final StoredTopic topic, final int partition) {
        return () -> new AppendedRecords(store, topic, partition, partition + 1);
    }

    private Iterable<OutputRecord> all(final StoredTopic topic) {
        return () -> new AppendedRecords(store, topic, 0, topic.partitions());
    }

    private long count(final StoredTopic topic) {
        long count = 0;
        for (final OutputRecord record : all(topic)) {
            count += record.kind() == Kind.DATA || record.kind() == Kind.TOMBSTONE ? 1 : 0;
        }
        return count;
    }

    private CheckResult result() {
        final List<String> messages = new ArrayList<>();
        damage.forEach(each -> messages.add("damaged: " + each));
        gaps.stream().limit(MAX_GAPS_TOLD).forEach(messages::add);
        for (final Differences differences : List.of(ofInput, ofUndisturbed, ofReference)) {
            messages.addAll(differences.described());
        }
        return new CheckResult(
                inputCount,
                outputCount,
                ofInput.lost() + Math.max(ofUndisturbed.lost(), ofReference.lost()),
                ofInput.doubled() + Math.max(ofUndisturbed.doubled(), ofReference.doubled()),
                ofInput.outOfOrder() + Math.max(ofUndisturbed.outOfOrder(), ofReference.outOfOrder()),
                ofInput.altered() + Math.max(ofUndisturbed.altered(), ofReference.altered()),
                gaps.size(),
                damage.size(),
                messages);
    }
}
