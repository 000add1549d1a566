package io.millrace.streams.topology;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.KeyWriter;
import io.millrace.operators.core.MergeOperator;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RekeyOperator;
import io.millrace.operators.join.Sided;
import io.millrace.operators.output.ExchangeOperator;
import io.millrace.operators.output.OutputAppender;
import io.millrace.operators.output.WatermarkGrid;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Where records get a new key, or streams are merged: an exchange, or what stands in its place where one task does both sides.
 */
public final class ExchangeNode extends TopologyNode {
    private static final int NO_SIDE = -1;

    private final Codec<?> codec;
    private final String keyDescription;
    private final Function<StepScope, KeyWriter<?>> keyWriter;
    private final Kind kind;
    private final int sideForAll;

    private enum Kind {
        /** Gives keys, or merges streams. */
        PLAIN,
        /** Brings the sides of a join together. */
        SIDES,
        /** Takes changes of a table that have new keys already. */
        GROUPS,
        /** Takes inputs that wait for replies, and the replies. */
        CALLS
    }

    /**
     * Creates the node.
     *
     * @param name           of the exchange.
     * @param codec          of the values; null where nobody said how to write them, which only an exchange left out allows.
     * @param keyDescription format of the key, for plans; null for a merge, which leaves each record its key.
     * @param keyWriter      makes a task's writer of keys; null for a merge.
     */
    public ExchangeNode(
            final String name,
            final Codec<?> codec,
            final String keyDescription,
            final Function<StepScope, KeyWriter<?>> keyWriter) {
        this(name, codec, keyDescription, keyWriter, Kind.PLAIN, NO_SIDE);
    }

    private ExchangeNode(
            final String name,
            final Codec<?> codec,
            final String keyDescription,
            final Function<StepScope, KeyWriter<?>> keyWriter,
            final Kind kind,
            final int sideForAll) {
        super(name);
        this.codec = codec;
        this.keyDescription = keyDescription;
        this.keyWriter = keyWriter;
        this.kind = kind;
        this.sideForAll = sideForAll;
    }

    /**
     * Creates the node that brings the sides of a join together: like a merge, it leaves each record its key, but it stands for
     * the exchanges that gave the keys where nothing but steps without state lies between, so that a record goes through one
     * exchange and not through two.
     *
     * @param name           of the exchange.
     * @param codec          of the values with their sides.
     * @param keyDescription format of the keys, for plans.
     * @return the node.
     */
    public static ExchangeNode sides(final String name, final Codec<?> codec, final String keyDescription) {
        return new ExchangeNode(name, codec, keyDescription, null, Kind.SIDES, NO_SIDE);
    }

    /**
     * Creates the node that brings the sides of a join together, one of which every partition receives: each task of the join
     * sees all of its values, and those of the other sides that belong to its partition.
     *
     * @param name       of the exchange.
     * @param codec      of the values with their sides.
     * @param sideForAll number of the side that all partitions receive, from 0.
     * @return the node.
     */
    public static ExchangeNode broadcast(final String name, final Codec<?> codec, final int sideForAll) {
        return new ExchangeNode(name, codec, null, null, Kind.SIDES, sideForAll);
    }

    /**
     * Creates the node in which inputs meet the replies of an outside that is called for them. It is never left out.
     *
     * @param name  of the exchange.
     * @param codec of the inputs and the replies.
     * @return the node, which leaves each input its key.
     */
    public static ExchangeNode calls(final String name, final Codec<?> codec) {
        return new ExchangeNode(name, codec, null, null, Kind.CALLS, NO_SIDE);
    }

    /**
     * Creates the node behind a step that gave the changes of a table new keys.
     *
     * @param name           of the exchange.
     * @param codec          of the changes.
     * @param keyDescription format of the keys, for plans.
     * @return the node.
     */
    public static ExchangeNode groups(final String name, final Codec<?> codec, final String keyDescription) {
        return new ExchangeNode(name, codec, keyDescription, null, Kind.GROUPS, NO_SIDE);
    }

    /**
     * Makes the operator that ends a chain in this exchange.
     *
     * @param scope of the task, for this node.
     * @param topic of the exchange.
     * @param grid  points at which watermarks are written.
     * @return the operator.
     */
    public Operator<?> sender(final StepScope scope, final String topic, final WatermarkGrid grid) {
        return scope.operator(
                ExchangeOperator.class,
                name(),
                scope.failures(),
                keyWriter(scope),
                scope.codec(codec),
                scope.output(topic),
                grid,
                scope.partition(),
                isBroadcast() ? (Predicate<Sided>) value -> value.side() == sideForAll : null);
    }

    /**
     * Makes the operator that ends a chain in this exchange with the first half of a window.
     *
     * @param scope    of the task, for the window's node.
     * @param split    the window.
     * @param output   door to the exchange.
     * @param grid     points at which watermarks are written.
     * @return the operator.
     */
    public Operator<?> sender(
            final StepScope scope, final WindowSplit<?> split, final OutputAppender output, final WatermarkGrid grid) {
        return first(scope, split, output, grid);
    }

    @SuppressWarnings("unchecked") // The fluent API connected a window with records of the codec's type.
    private <V> Operator<V> first(
            final StepScope scope, final WindowSplit<V> split, final OutputAppender output, final WatermarkGrid grid) {
        return split.first(scope, (KeyWriter<V>) keyWriter(scope), scope.codec((Codec<V>) codec), output, name(), grid);
    }

    /**
     * Makes the operator that stands in the place of an exchange that was left out.
     *
     * @param scope of the task, for this node.
     * @param next  what follows.
     * @return the operator.
     */
    public Operator<?> inPlace(final StepScope scope, final Operator<?> next) {
        return keyWriter == null
                ? scope.operator(MergeOperator.class, parents().size(), next)
                : scope.operator(RekeyOperator.class, scope.failures(), keyWriter(scope), next);
    }

    private KeyWriter<?> keyWriter(final StepScope scope) {
        return keyWriter == null ? null : keyWriter.apply(scope);
    }

    /**
     * How keys are written.
     *
     * @return the codec of the keys, as it describes itself; null for a merge.
     */
    public String keyDescription() {
        return keyDescription;
    }

    /**
     * Tells a merge from a new key.
     *
     * @return true when records keep their keys.
     */
    public boolean isMerge() {
        return keyWriter == null && kind != Kind.GROUPS && kind != Kind.CALLS;
    }

    /**
     * Tells an exchange of which every partition receives some values.
     *
     * @return true when it cannot be left out where several tasks read it.
     */
    public boolean isBroadcast() {
        return sideForAll != NO_SIDE;
    }

    /**
     * Tells the exchange in which inputs meet replies from others.
     *
     * @return true when somebody outside of the tasks appends to it too.
     */
    public boolean isCalls() {
        return kind == Kind.CALLS;
    }

    /**
     * Tells the exchange of a join from others.
     *
     * @return true when it brings the sides of a join together.
     */
    public boolean isSides() {
        return kind == Kind.SIDES;
    }

    /**
     * How the values are written.
     *
     * @return the codec, as a description; null where nobody said.
     */
    public Codec<?> codec() {
        return codec;
    }

    @Override
    public String describe() {
        final String format = codec == null ? "" : codec.describe();
        if (isCalls()) {
            return "exchange " + name() + " [" + format + ", with their replies]";
        }
        if (isBroadcast()) {
            return "exchange " + name() + " [" + format + ", all partitions receive side " + sideForAll + "]";
        }
        return isMerge() && !isSides()
                ? "merge " + name() + " [" + format + "]"
                : "exchange " + name() + " [key " + keyDescription + (format.isEmpty() ? "" : ", " + format) + "]";
    }
}
