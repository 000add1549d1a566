package io.millrace.operators.join;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.codec.StringCodec;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.output.FunctionKeyWriter;
import io.millrace.operators.state.MemoryBudget;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import io.millrace.operators.state.Stateful;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A foreign-key join in several tasks: two of the left table, three of the foreign keys, one of the results. What one task has
 * appended for another stays in its order, and all else comes in any order. Tasks are restored from snapshots between records.
 */
final class ForeignTasks implements AutoCloseable {
    private static final int LEFT_TASKS = 2;
    private static final int FOREIGN_TASKS = 3;
    private static final FailureHandler FAILURES = (context, cause) -> {
        throw new AssertionError(cause);
    };

    private final SplittableRandom random;
    private final JoinKind kind;
    private final StateMemory memory = new StateMemory(new MemoryBudget("test", Long.MAX_VALUE));
    private final List<Supplier<Operator<?>>> factories = new ArrayList<>();
    private final List<Operator<?>> operators = new ArrayList<>();
    private final Map<String, Deque<Runnable>> channels = new TreeMap<>();
    private final RecordContext context = new RecordContext();
    private final Map<String, String> lefts = new TreeMap<>();
    private final BiConsumer<String, Change<Joined<String, String>>> results;
    private long now;

    ForeignTasks(
            final SplittableRandom random,
            final JoinKind kind,
            final BiConsumer<String, Change<Joined<String, String>>> results) {
        this.random = random;
        this.kind = kind;
        this.results = results;
        for (int task = 0; task < LEFT_TASKS; task++) {
            final int from = task;
            factories.add(() -> new ForeignKeyOperator<>(
                    FAILURES,
                    ForeignTasks::foreignKey,
                    new FunctionKeyWriter<String, String>(new StringCodec(), key -> key),
                    sender(from, new LinkMessageCodec<>(new StringCodec()), ForeignJoinOperator.ROWS, key -> result()),
                    sender(
                            from,
                            new LinkMessageCodec<>(new RowKeyCodec()),
                            ForeignLookupOperator.LINKS,
                            ForeignTasks::foreign)));
        }
        for (int task = 0; task < FOREIGN_TASKS; task++) {
            final int from = LEFT_TASKS + task;
            factories.add(() -> new ForeignLookupOperator<>(
                    "lookup",
                    FAILURES,
                    new StringCodec(),
                    memory,
                    sender(
                            from,
                            new LinkMessageCodec<>(new StringCodec()),
                            ForeignJoinOperator.ANSWERS,
                            key -> result())));
        }
        factories.add(() -> new ForeignJoinOperator<>(
                "join",
                FAILURES,
                kind,
                new StringCodec(),
                new StringCodec(),
                new StringCodec(),
                new StringCodec(),
                memory,
                sink(change -> results.accept(key(), change))));
        factories.forEach(factory -> operators.add(factory.get()));
    }

    /** The foreign key of a left value, such as {@code 7>F}; none of {@code 7>}. */
    static String foreignKey(final String left) {
        final String key = left.substring(left.indexOf('>') + 1);
        return key.isEmpty() ? null : key;
    }

    /** A change of the left table; its task hears of it at once. */
    void left(final String key, final String after) {
        final String before = after == null ? lefts.remove(key) : lefts.put(key, after);
        if (before != null || after != null) {
            run(Math.floorMod(key.hashCode(), LEFT_TASKS), key, now++, new Change<String>().wrap(before, after));
        }
    }

    /** A change of the right table, on its way to the task of its key. */
    void right(final String key, final String after) {
        final long timeNs = now++;
        channel("right", foreign(key)).add(() -> {
            final Sided sided = new Sided();
            sided.wrap(ForeignLookupOperator.TABLE, new Change<String>().wrap(null, after));
            run(foreign(key), key, timeNs, sided);
        });
    }

    /** Lets one task read the next record of another one. */
    boolean step() {
        final List<Deque<Runnable>> full =
                channels.values().stream().filter(queue -> !queue.isEmpty()).toList();
        if (full.isEmpty()) {
            return false;
        }
        full.get(random.nextInt(full.size())).poll().run();
        return true;
    }

    private Deque<Runnable> channel(final Object from, final int to) {
        return channels.computeIfAbsent(from + " to " + to, name -> new ArrayDeque<>());
    }

    private static int foreign(final String key) {
        return LEFT_TASKS + Math.floorMod(key.hashCode(), FOREIGN_TASKS);
    }

    private static int result() {
        return LEFT_TASKS + FOREIGN_TASKS;
    }

    private interface Route {
        int task(String key);
    }

    private <V> Operator<LinkMessage<V>> sender(
            final int from, final LinkMessageCodec<V> description, final int side, final Route route) {
        final Codec<LinkMessage<V>> codec = description.forTask();
        return sink(message -> {
            final UnsafeBuffer bytes = new UnsafeBuffer(new byte[codec.encodedLength(message)]);
            codec.encode(message, bytes, 0);
            final String key = key();
            final long timeNs = context.eventTimeNs();
            final int to = route.task(key);
            channel(from, to).add(() -> {
                final Sided sided = new Sided();
                sided.wrap(side, codec.decode(bytes, 0, bytes.capacity()));
                run(to, key, timeNs, sided);
            });
        });
    }

    @SuppressWarnings("unchecked") // Each task gets what it takes.
    private <I> void run(final int task, final String key, final long timeNs, final I value) {
        final byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        context.record(now, timeNs, now);
        context.key(new UnsafeBuffer(bytes), 0, bytes.length);
        ((Operator<I>) operators.get(task)).process(context, value);
        if (random.nextInt(8) == 0) {
            final StateWriter writer = new StateWriter(new ExpandableArrayBuffer(), 0);
            ((Stateful) operators.get(task)).snapshot(writer);
            operators.set(task, factories.get(task).get());
            ((Stateful) operators.get(task)).restore(new StateReader(writer.buffer(), 0, writer.length()));
        }
    }

    private String key() {
        final DirectBuffer buffer = context.keyBuffer();
        return buffer.getStringWithoutLengthUtf8(context.keyOffset(), context.keyLength());
    }

    private static <T> Operator<T> sink(final Consumer<T> function) {
        return new Operator<>() {
            @Override
            public void process(final RecordContext context, final T value) {
                function.accept(value);
            }

            @Override
            public void onWatermark(final RecordContext context, final long watermarkNs) {}

            @Override
            public void onLogTime(final RecordContext context, final long logTimeNs) {}
        };
    }

    JoinKind kind() {
        return kind;
    }

    /** What the tasks of the foreign keys and the one of the results keep. */
    List<String> kept() {
        return operators.subList(LEFT_TASKS, operators.size()).stream()
                .map(Object::toString)
                .toList();
    }

    @Override
    public void close() {
        memory.close();
    }
}
