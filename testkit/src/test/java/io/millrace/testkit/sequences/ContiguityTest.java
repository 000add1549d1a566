package io.millrace.testkit.sequences;

import static io.millrace.testkit.sequences.Letters.has;

import io.millrace.streams.Sequence;
import io.millrace.testkit.MillraceTest;
import io.millrace.testkit.TestDrivers;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is found in which letters, for each way in which one step follows another. */
@MillraceTest
class ContiguityTest {
    private static final Duration TEN = Duration.ofSeconds(10);
    private static final Duration FIVE = Duration.ofSeconds(5);

    private final LetterCases cases = new LetterCases();

    private static Sequence<String> a() {
        return Sequence.begin("a", has("A"));
    }

    @Test
    void shouldTakeOneValue(final TestDrivers drivers) {
        cases.in(a().within(TEN), "B1 A2 A3", "A2@2, A3@3").check(drivers);
    }

    @Test
    void shouldTakeTheValueThatComesNext(final TestDrivers drivers) {
        final Sequence<String> sequence = a().next("b", has("B")).within(TEN);

        cases.in(sequence, "A1 B2", "A1 B2@2");
        cases.in(sequence, "A1 C2 B3", "");
        cases.in(sequence, "A1 A2 B3", "A2 B3@3");
        cases.in(sequence, "B1 A2", "");
        cases.in(sequence, "A1 B2 B3 A4 B5", "A1 B2@2, A4 B5@5");
        cases.in(sequence, "A1 B11", "A1 B11@11");
        cases.in(sequence, "A1 B12", "");
        cases.check(drivers);
    }

    @Test
    void shouldTakeTheFirstValueThatFollows(final TestDrivers drivers) {
        final Sequence<String> sequence = a().followedBy("b", has("B")).within(TEN);

        cases.in(sequence, "A1 B2", "A1 B2@2");
        cases.in(sequence, "A1 C2 B3", "A1 B3@3");
        cases.in(sequence, "A1 A2 B3", "A1 B3@3");
        cases.in(sequence, "A1 B2 B3", "A1 B2@2");
        cases.in(sequence, "A1 B11", "A1 B11@11");
        cases.in(sequence, "A1 B12", "");
        cases.in(sequence, "A1 A3 B12", "A3 B12@12");
        cases.in(sequence, "AB1 AB2 AB3 AB4", "AB1 AB2@2, AB3 AB4@4");
        cases.check(drivers);
    }

    @Test
    void shouldFindWhatOverlapsWhenItMay(final TestDrivers drivers) {
        final Sequence<String> sequence =
                a().followedBy("b", has("B")).within(TEN).overlapping();

        cases.in(sequence, "A1 A2 B3", "A1 B3@3, A2 B3@3");
        cases.in(sequence, "A1 B2 B3", "A1 B2@2");
        cases.in(sequence, "AB1 AB2 AB3", "AB1 AB2@2, AB2 AB3@3");
        cases.in(a().times(2).within(TEN).overlapping(), "A4 A5 A6", "A4 A5@5, A5 A6@6");
        cases.check(drivers);
    }

    @Test
    void shouldRefuseTheValueThatMustNotComeNext(final TestDrivers drivers) {
        final Sequence<String> sequence =
                a().notNext("c", has("C")).followedBy("b", has("B")).within(TEN);

        cases.in(sequence, "A1 C2 B3", "");
        cases.in(sequence, "A1 D2 C3 B4", "A1 B4@4");
        cases.in(sequence, "A1 B2", "A1 B2@2");
        cases.in(sequence, "A1 BC2", "");
        cases.check(drivers);
    }

    @Test
    void shouldEndWithWhatComesNextWhenItMayCome(final TestDrivers drivers) {
        final Sequence<String> sequence = a().notNext("c", has("C")).within(TEN);

        cases.in(sequence, "A1 C2", "");
        cases.in(sequence, "A1 D2", "A1@2");
        cases.in(sequence, "A1", "A1@11");
        cases.in(sequence, "A1 A2 C3", "A1@2");
        cases.check(drivers);
    }

    @Test
    void shouldRefuseAnyValueThatMustNotComeBetween(final TestDrivers drivers) {
        final Sequence<String> sequence =
                a().notFollowedBy("c", has("C")).followedBy("b", has("B")).within(TEN);

        cases.in(sequence, "A1 D2 B3", "A1 B3@3");
        cases.in(sequence, "A1 D2 C3 B4", "");
        cases.in(sequence, "A1 C2 A3 B4", "A3 B4@4");
        cases.in(sequence, "A1 BC2", "");
        cases.in(sequence, "AC1 B2", "AC1 B2@2");
        cases.check(drivers);
    }

    @Test
    void shouldEndWhenNothingHasComeInAllTheTime(final TestDrivers drivers) {
        final Sequence<String> sequence = a().notFollowedBy("c", has("C")).within(TEN);

        cases.in(sequence, "A1 B2", "A1@11");
        cases.in(sequence, "A1 C11", "");
        cases.in(sequence, "A1 C12", "A1@11");
        cases.in(sequence, "A1 A2", "A1@11, A2@12");
        cases.check(drivers);
    }

    @Test
    void shouldTakeSoManyValues(final TestDrivers drivers) {
        cases.in(a().times(3).within(TEN), "A1 B2 A3 A4", "A1 A3 A4@4");
        cases.in(a().times(3).within(TEN), "A1 A2 A3 A4 A5 A6 A7", "A1 A2 A3@3, A4 A5 A6@6");
        cases.in(a().times(3).consecutive().within(TEN), "A1 A2 B3 A4 A5 A6", "A4 A5 A6@6");
        cases.in(a().next("b", has("B")).times(2).within(TEN), "A1 B2 B3", "A1 B2 B3@3");
        cases.in(a().next("b", has("B")).times(2).within(TEN), "A1 B2 C3 B4", "");
        cases.in(a().followedBy("b", has("B")).times(2).within(TEN), "A1 C2 B3 C4 B5", "A1 B3 B5@5");
        cases.in(a().followedBy("b", has("B")).times(2).consecutive().within(TEN), "A1 C2 B3 B4", "A1 B3 B4@4");
        cases.in(a().followedBy("b", has("B")).times(2).consecutive().within(TEN), "A1 C2 B3 C4 B5 B6", "");
        cases.check(drivers);
    }

    @Test
    void shouldTakeAsManyValuesAsComeUntilTheNextStepHasOne(final TestDrivers drivers) {
        final Sequence<String> twoOrThree =
                a().times(2, 3).followedBy("b", has("B")).within(TEN);

        cases.in(twoOrThree, "A1 B2", "");
        cases.in(twoOrThree, "A1 A2 B3", "A1 A2 B3@3");
        cases.in(twoOrThree, "A1 A2 A3 A4 B5", "A1 A2 A3 B5@5");
        cases.in(a().atLeast(1).next("b", has("B")).within(TEN), "A1 A2 B4", "A1 A2 B4@4");
        cases.in(a().atLeast(1).next("b", has("B")).within(TEN), "A1 C2 B3", "");
        cases.in(a().atLeast(1).next("b", has("B")).within(TEN), "A1 A2 C3 A4 B5", "A4 B5@5");
        cases.in(a().atLeast(1).followedBy("b", has("B")).within(TEN), "A1 C2 A3 B4", "A1 A3 B4@4");
        cases.in(a().atLeast(1).followedBy("b", has("B")).within(TEN), "A1 AB2 B3", "A1 AB2@2");
        cases.in(a().atLeast(1).consecutive().followedBy("b", has("B")).within(TEN), "A1 A2 C3 A5 B6", "A1 A2 B6@6");
        cases.check(drivers);
    }

    @Test
    void shouldTakeAsManyValuesAsComeAtTheEnd(final TestDrivers drivers) {
        cases.in(a().times(2, 3).within(TEN), "A1 A2 A3", "A1 A2 A3@3");
        cases.in(a().times(2, 3).within(TEN), "A1 A2", "A1 A2@11");
        cases.in(a().times(2, 3).within(TEN), "A1 A2 B3", "A1 A2@11");
        cases.in(a().times(2, 3).consecutive().within(TEN), "A1 A2 B4", "A1 A2@4");
        cases.in(a().times(2, 3).consecutive().within(TEN), "A1 B3 A4 A5", "A4 A5@14");
        cases.check(drivers);
    }

    @Test
    void shouldWaitForAnAbsence(final TestDrivers drivers) {
        final Sequence<String> sequence = a().absentFor("c", has("C"), FIVE).within(TEN);

        cases.in(sequence, "A1", "A1@6");
        cases.in(sequence, "A1 C6", "");
        cases.in(sequence, "A1 C7", "A1@6");
        cases.in(sequence, "A1 B3 C4", "");
        cases.in(sequence, "A1 A2 C3 A4", "A4@9");
        cases.in(a().absentFor("a-again", has("A"), FIVE).within(TEN), "A1 A3", "A3@8");
        cases.in(a().absentFor("c", has("C"), TEN).within(TEN), "A1 B2", "A1@11");
        cases.check(drivers);
    }

    @Test
    void shouldGoOnBehindAnAbsence(final TestDrivers drivers) {
        final Sequence<String> relaxed =
                a().absentFor("c", has("C"), FIVE).followedBy("b", has("B")).within(TEN);
        final Sequence<String> strict =
                a().absentFor("c", has("C"), FIVE).next("b", has("B")).within(TEN);

        cases.in(relaxed, "A1 B3 B7", "A1 B7@7");
        cases.in(relaxed, "A1 B6", "");
        cases.in(relaxed, "A1 C7 B8", "A1 B8@8");
        cases.in(strict, "A1 D3 B7", "A1 B7@7");
        cases.in(strict, "A1 D7 B8", "");
        cases.in(relaxed.overlapping(), "A1 A2 B8", "A1 B8@8, A2 B8@8");
        cases.check(drivers);
    }

    @Test
    void shouldCountAnAbsenceFromTheLastOfManyValues(final TestDrivers drivers) {
        final Sequence<String> sequence =
                a().atLeast(1).absentFor("c", has("C"), FIVE).within(TEN);

        cases.in(sequence, "A1 A3", "A1 A3@8");
        cases.in(sequence, "A1 A3 A5 A7", "A3 A5 A7@12");
        cases.check(drivers);
    }

    @Test
    void shouldWaitForSeveralAbsences(final TestDrivers drivers) {
        final Sequence<String> sequence = a().absentFor("c", has("C"), FIVE)
                .absentFor("b", has("B"), FIVE)
                .within(TEN);

        cases.in(sequence, "A1 B3", "A1@11");
        cases.in(sequence, "A1 B7", "");
        cases.in(sequence, "A1 C8", "A1@11");
        cases.check(drivers);
    }
}
