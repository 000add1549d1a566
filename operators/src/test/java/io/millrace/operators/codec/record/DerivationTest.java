package io.millrace.operators.codec.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DerivationTest {
    private record Empty() {}

    private record Node(int value, Node next) {}

    private record Tree(int value, List<Tree> children) {}

    private record Pair<A>(A left, A right) {}

    private record Inner(int fine, Thread thread) {}

    private enum Clashing {
        RED_GREEN_DOVE1,
        BLUE,
        NEW_SUN_RED
    }

    @SuppressWarnings("rawtypes")
    private record Wrong(
            int fine,
            Optional<String> maybe,
            int[] array,
            Set<String> set,
            List raw,
            List<?> wild,
            List<Empty> empties,
            Map<Integer, String> keyed,
            Comparator<String> order,
            Inner inner,
            List<Inner> inners,
            Node node,
            Clashing clashing,
            String alsoFine) {}

    @Test
    void shouldTellAllMistakesAtOnceAndWhatIsAllowed() {
        assertThatThrownBy(() -> new RecordCodec<>(Wrong.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("record Wrong can not be a value: ")
                .hasMessageContainingAll(
                        "component maybe: java.util.Optional<java.lang.String> is not supported",
                        "component array: int[] is not supported",
                        "component set: java.util.Set<java.lang.String> is not supported",
                        "component raw: java.util.List is not supported",
                        "component wild[]: ? is not supported",
                        "component empties[]: ",
                        "Empty has no components",
                        "component keyed: java.util.Map<java.lang.Integer, java.lang.String> is not supported",
                        "component order: java.util.Comparator<java.lang.String> is not supported",
                        "component inner.thread: java.lang.Thread is not supported",
                        "component inners[].thread: java.lang.Thread is not supported",
                        "component node.next: record Node holds itself",
                        "component clashing: ",
                        "constants RED_GREEN_DOVE1 and NEW_SUN_RED of enum Clashing have the same code",
                        "; allowed are the primitive types and their boxes, String, byte[], enums,",
                        "not Optional")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n").doesNotContain("ine:"));
    }

    @Test
    void shouldRefuseARecordThatHoldsItselfInAList() {
        assertThatThrownBy(() -> new RecordCodec<>(Tree.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("component children[]: record Tree holds itself, so that its depth has no end");
    }

    @Test
    void shouldRefuseTypeVariables() {
        assertThatThrownBy(() -> new RecordCodec<>(Pair.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("component left: A is not supported", "component right: A is not supported");
    }

    @Test
    void shouldRefuseWhatIsNoRecordClass() {
        assertThatThrownBy(() -> new RecordCodec<>(Record.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.Record is not a record class");
    }

    @Test
    void shouldTakeTheSameRecordInSeveralPlaces() {
        record Leg(int size) {}
        record Spread(Leg left, Leg right, List<Leg> others) {}

        assertThat(Derivation.of(Spread.class).signature())
                .isEqualTo("{left:{size:int32}?,right:{size:int32}?,others:[{size:int32}]}");
    }
}
