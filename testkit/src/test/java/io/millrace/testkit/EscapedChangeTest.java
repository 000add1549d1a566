package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.join.Change;
import io.millrace.operators.join.Joined;
import io.millrace.streams.Codecs;
import io.millrace.streams.Table;
import io.millrace.streams.Topology;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** In test mode, a change of a table is caught when it is used after the call that it was lent for. */
@MillraceTest
class EscapedChangeTest {
    private final Topology topology = Topology.named("job");

    @Test
    void shouldCatchAChangeOfATable(final TestDrivers drivers) {
        final List<Change<String>> kept = new ArrayList<>();
        topology.table("prices", "in", Codecs.string(), Codecs.string())
                .changes()
                .peek(kept::add)
                .mapValues(Change::toString, Codecs.string())
                .to("out");
        final TopologyTestDriver driver = drivers.of(topology).start();

        driver.input("in", Codecs.string()).pipe(Codecs.string(), "a", driver.now(), "1");
        driver.input("in", Codecs.string()).pipe(Codecs.string(), "a", driver.now(), "2");

        assertThat(driver.output("out", Codecs.string()).readValues()).containsExactly("null -> 1", "1 -> 2");
        for (final Change<String> change : kept) {
            assertCaught("Change", "prices", change::hasBefore);
            assertCaught("Change", "prices", change::before);
            assertCaught("Change", "prices", change::isDelete);
            assertCaught("Change", "prices", change::after);
            assertCaught("Change", "prices", change::toString);
        }
    }

    @Test
    void shouldCatchAChangeThatWentThroughAnExchange(final TestDrivers drivers) {
        final List<Change<String>> kept = new ArrayList<>();
        topology.table("prices", "in", Codecs.string(), Codecs.string())
                .changes()
                .values()
                .keyBy("by-value", Codecs.string(), Change::after)
                .peek(kept::add)
                .mapValues(Change::toString, Codecs.string())
                .to("out");
        final TopologyTestDriver driver =
                drivers.of(topology).partitions("in", 2).start();

        driver.input("in", Codecs.string()).pipe(Codecs.string(), "a", driver.now(), "1");

        assertThat(driver.output("out", Codecs.string()).readValues()).containsExactly("null -> 1");
        assertThat(kept).hasSize(1);
        assertThatThrownBy(() -> kept.get(0).after())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a borrowed Change of topic=job.by-value");
    }

    @Test
    void shouldShowViewsOfTheValuesBeforeAndAfterInsideTheCall(final TestDrivers drivers) {
        final List<NoteView> befores = new ArrayList<>();
        final List<NoteView> afters = new ArrayList<>();
        topology.table("notes", "in", Codecs.string(), new NoteView.ViewCodec())
                .filter(note -> note.number() != 3)
                .changes()
                .peek(change -> {
                    if (change.hasBefore()) {
                        befores.add(change.before());
                    }
                    if (!change.isDelete()) {
                        afters.add(change.after());
                    }
                })
                .mapValues(EscapedChangeTest::text, Codecs.string())
                .to("out");
        final TopologyTestDriver driver = drivers.of(topology).start();

        numbers(driver, 1, 2, 3, 4);

        assertThat(driver.output("out", Codecs.string()).readValues())
                .containsExactly("null -> 1", "1 -> 2", "2 -> null", "null -> 4");
        assertThat(befores).hasSize(2).allSatisfy(note -> assertCaught("NoteView", "notes", note::number));
        assertThat(afters)
                .hasSize(3)
                .allSatisfy(note -> assertThatThrownBy(note::number).isInstanceOf(IllegalStateException.class));
    }

    @Test
    void shouldCatchAValueOfATableThatAJoinHasFound(final TestDrivers drivers) {
        final List<NoteView> kept = new ArrayList<>();
        final List<Long> copied = new ArrayList<>();
        topology.stream("orders", Codecs.string())
                .keyBy("by-order", Codecs.string(), order -> order)
                .join("noted", topology.table("notes", "in", Codecs.string(), new NoteView.ViewCodec()))
                .peek(pair -> kept.add(pair.right()))
                .peek(pair -> copied.add(pair.right().number()))
                .mapValues(pair -> pair.left(), Codecs.string())
                .to("out");
        final TopologyTestDriver driver = drivers.of(topology).start();

        numbers(driver, 7);
        driver.input("orders", Codecs.string()).pipe("k");

        assertThat(copied).containsExactly(7L);
        assertCaught("NoteView", "noted", () -> kept.get(0).number());
    }

    @Test
    void shouldShowViewsOfBothSidesOfAJoinOfTablesInsideTheCall(final TestDrivers drivers) {
        final List<Joined<NoteView, NoteView>> kept = new ArrayList<>();
        final List<NoteView> notes = new ArrayList<>();
        notes("notes", "in")
                .join("both", notes("others", "more"))
                .filter(pair -> {
                    kept.add(pair);
                    notes.add(pair.left());
                    notes.add(pair.right());
                    return true;
                })
                .mapValues(pair -> pair.left().number() + "|" + pair.right().number(), Codecs.string())
                .changes()
                .mapValues(Change::toString, Codecs.string())
                .to("out");
        final TopologyTestDriver driver =
                drivers.of(topology).partitions("in", 2).start();

        numbers(driver, 1, 2);
        driver.input("more", Codecs.int64()).pipe(Codecs.string(), "k", driver.now(), 10L);
        numbers(driver, 3);
        driver.input("more", Codecs.int64()).pipe(Codecs.string(), "k", driver.now(), 20L);

        assertThat(driver.output("out", Codecs.string()).readValues())
                .containsExactly("null -> 2|10", "2|10 -> 3|10", "3|10 -> 3|20");
        assertThat(kept)
                .hasSize(5)
                .allSatisfy(pair -> assertThatThrownBy(pair::left).isInstanceOf(IllegalStateException.class));
        // What the join has kept is caught; what came through the exchange is overwritten.
        assertThat(notes).hasSize(10);
        for (final int index : new int[] {0, 2, 3, 5, 6, 7, 8}) {
            assertCaught("NoteView", "both", notes.get(index)::number);
        }
        for (final int index : new int[] {1, 4, 9}) {
            assertThat(notes.get(index).number()).isEqualTo(0xDDDD_DDDD_DDDD_DDDDL);
        }
    }

    private Table<String, NoteView> notes(final String name, final String topic) {
        return topology.table(name, topic, Codecs.string(), new NoteView.ViewCodec());
    }

    @Test
    void shouldTellApartValuesThatAFunctionMakesInOneView(final TestDrivers drivers) {
        final SharedTally shared = new SharedTally();
        topology.table("notes", "in", Codecs.string(), Codecs.int64())
                .mapValues(number -> shared.set(number / 2), new SharedTally.SharedTallyCodec())
                .changes()
                .mapValues(
                        change -> (change.hasBefore() ? change.before().count : null) + " -> " + change.after().count,
                        Codecs.string())
                .to("out");
        final TopologyTestDriver driver = drivers.of(topology).start();

        numbers(driver, 10, 11, 20);

        assertThat(driver.output("out", Codecs.string()).readValues()).containsExactly("null -> 5", "5 -> 10");
    }

    /** A view that one and the same object is for each value. */
    private static final class SharedTally {
        private long count;

        SharedTally set(final long newCount) {
            count = newCount;
            return this;
        }

        private static final class SharedTallyCodec implements Codec<SharedTally> {
            private final SharedTally read = new SharedTally();

            @Override
            public Codec<SharedTally> forTask() {
                return new SharedTallyCodec();
            }

            @Override
            public SharedTally decode(final DirectBuffer buffer, final int offset, final int length) {
                return read.set(buffer.getLong(offset));
            }

            @Override
            public boolean isBorrowed() {
                return true;
            }

            @Override
            public int encodedLength(final SharedTally value) {
                return Long.BYTES;
            }

            @Override
            public void encode(final SharedTally value, final MutableDirectBuffer buffer, final int offset) {
                buffer.putLong(offset, value.count);
            }

            @Override
            public String describe() {
                return "tally";
            }
        }
    }

    private static void numbers(final TopologyTestDriver driver, final long... numbers) {
        for (final long number : numbers) {
            driver.input("in", Codecs.int64()).pipe(Codecs.string(), "k", driver.now(), number);
        }
    }

    private static String text(final Change<NoteView> change) {
        return (change.hasBefore() ? change.before().number() : null) + " -> "
                + (change.isDelete() ? null : change.after().number());
    }

    private static void assertCaught(final String type, final String operator, final ThrowingCallable use) {
        assertThatThrownBy(use)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a borrowed " + type + " of operator=" + operator + " was used after its call");
    }
}
