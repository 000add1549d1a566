package io.millrace.testkit.sequences;

import static io.millrace.testkit.sequences.Letters.has;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.streams.Codecs;
import io.millrace.streams.Sequence;
import io.millrace.testkit.MillraceTest;
import io.millrace.testkit.TestDrivers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When sequences see what, and when their time is over. */
@MillraceTest
class SequenceTimeTest {
    private static final Duration TEN = Duration.ofSeconds(10);
    private static final Sequence<String> A_THEN_B =
            Sequence.<String>begin("a", has("A")).followedBy("b", has("B")).within(TEN);
    private static final Sequence<String> A_NEXT_B =
            Sequence.<String>begin("a", has("A")).next("b", has("B")).within(TEN);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldFindAMatchWhenTheWatermarkHasPassedItsLastValue(final int partitions, final TestDrivers drivers) {
        final Letters letters = new Letters(drivers, partitions, A_THEN_B).values("A1 B2");
        assertThat(letters.found()).isEmpty();

        letters.watermark(Duration.ofSeconds(2));
        assertThat(letters.found()).isEmpty();

        letters.watermark(Duration.ofSeconds(2).plusNanos(1));
        assertThat(letters.found()).isEqualTo("A1 B2@2");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldTimeOutExactlyWhenTheWatermarkHasPassedTheEnd(final int partitions, final TestDrivers drivers) {
        final Letters letters =
                new Letters(drivers, partitions, A_THEN_B).values("A1").watermark(Duration.ofSeconds(11));
        assertThat(letters.timedOut()).isEmpty();

        letters.watermark(Duration.ofSeconds(11).plusNanos(1));
        assertThat(letters.timedOut()).isEqualTo("A1@11");

        letters.values("B12").end();
        assertThat(letters.found()).isEmpty();
        assertThat(letters.timedOut()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldHoldAnAbsenceExactlyWhenTheWatermarkHasPassedItsEnd(final int partitions, final TestDrivers drivers) {
        final Sequence<String> silence = Sequence.<String>begin("a", has("A"))
                .absentFor("b", has("B"), Duration.ofSeconds(3))
                .within(TEN);
        final Letters letters =
                new Letters(drivers, partitions, silence).values("A1").watermark(Duration.ofSeconds(4));
        assertThat(letters.found()).isEmpty();

        letters.watermark(Duration.ofSeconds(4).plusNanos(1));
        assertThat(letters.found()).isEqualTo("A1@4");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldTimeOutWhenAllInputIsSilent(final int partitions, final TestDrivers drivers) {
        final Letters letters = new Letters(drivers, partitions, A_THEN_B).values("A1");

        letters.driver().advanceTime(Duration.ofMinutes(2));

        assertThat(letters.timedOut()).isEqualTo("A1@11");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldSeeValuesInTheOrderOfEventTime(final int partitions, final TestDrivers drivers) {
        final Letters letters = new Letters(drivers, partitions, A_NEXT_B, Duration.ofSeconds(5))
                .values("B3 A2 C1 B6 C5 A4")
                .end();

        assertThat(letters.found()).isEqualTo("A2 B3@3");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldSeeValuesOfOneTimeAsTheyLieInTheLog(final int partitions, final TestDrivers drivers) {
        assertThat(new Letters(drivers, partitions, A_NEXT_B)
                        .values("A1 B1")
                        .end()
                        .found())
                .isEqualTo("A1 B1@1");
        assertThat(new Letters(drivers, partitions, A_NEXT_B)
                        .values("B1 A1")
                        .end()
                        .found())
                .isEmpty();
        assertThat(new Letters(drivers, partitions, A_NEXT_B)
                        .values("A1 C1 B1")
                        .end()
                        .found())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldLeaveOutWhatIsLateAndHandItOn(final int partitions, final TestDrivers drivers) {
        final Letters letters = new Letters(drivers, partitions, A_NEXT_B)
                .values("A1")
                .watermark(Duration.ofSeconds(4))
                .values("C2 B3 A3 B4")
                .end();

        assertThat(letters.late()).containsExactly("C2", "B3", "A3");
        assertThat(letters.found()).isEqualTo("A1 B4@4");
        assertThat(letters.driver().counters().lateRecords()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldGiveUpThePartialMatchThatBeganFirst(final int partitions, final TestDrivers drivers) {
        final Letters letters = new Letters(
                        drivers, partitions, A_THEN_B.maxPartialMatches(2).overlapping())
                .values("A1 A2 A3 A4 B5")
                .end();

        assertThat(letters.givenUp()).isEqualTo("A1@3, A2@4");
        assertThat(letters.found()).isEqualTo("A3 B5@5, A4 B5@5");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldTellWhatAPartialMatchHadTaken(final int partitions, final TestDrivers drivers) {
        final Sequence<String> sequence = Sequence.<String>begin("a", has("A"))
                .times(2)
                .followedBy("b", has("B"))
                .within(TEN);

        final Letters letters =
                new Letters(drivers, partitions, sequence).values("A1 A2 C3").end();

        assertThat(letters.timedOut()).isEqualTo("A1 A2@11, A2@12");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldKeepKeysApart(final int partitions, final TestDrivers drivers) {
        final Letters letters = new Letters(drivers, partitions, A_NEXT_B)
                .values("one", "A1")
                .values("two", "A2 C3")
                .values("one", "B4")
                .values("two", "B5")
                .end();

        assertThat(letters.found()).isEqualTo("A1 B4@4");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldOrderWhatTimeCompletesByTimeAndThenByItsBeginning(final int partitions, final TestDrivers drivers) {
        final Letters letters = new Letters(
                        drivers,
                        partitions,
                        Sequence.<String>begin("a", has("A"))
                                .notFollowedBy("b", has("B"))
                                .within(TEN))
                .values("one", "A2")
                .values("two", "A2 A3")
                .values("one", "A3")
                .end();

        final List<String> expected = List.of("one A2", "two A2", "two A3", "one A3");
        final List<String> actual = letters.driver().output("found", Codecs.string()).readAll().stream()
                .map(record -> record.key(Codecs.string()) + " " + record.value())
                .toList();
        if (partitions == 1) {
            assertThat(actual).isEqualTo(expected);
        } else {
            // Keys are in one order only where there is one partition.
            assertThat(actual)
                    .containsExactlyInAnyOrderElementsOf(expected)
                    .containsSubsequence("one A2", "one A3")
                    .containsSubsequence("two A2", "two A3");
        }
    }
}
