package io.millrace.torture.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    // A letter is a record; its case is its key.
    private static List<OutputRecord> records(final String letters) {
        final List<OutputRecord> records = new ArrayList<>();
        for (final char letter : letters.toCharArray()) {
            final byte[] key = {(byte) (Character.isUpperCase(letter) ? 'U' : 'l')};
            records.add(OutputRecord.data(0, key, new byte[] {(byte) letter}));
        }
        return records;
    }

    private static Differences inOrder(final String expected, final String actual) {
        final Differences differences = new Differences();
        Comparison.inOrder(
                differences, "here", records(expected), records(actual).iterator());
        return differences;
    }

    private static Differences byKey(final String expected, final String actual) {
        final Differences differences = new Differences();
        Comparison.byKey(differences, "here", records(expected), records(actual).iterator());
        return differences;
    }

    private static void assertCounts(
            final Differences differences,
            final long lost,
            final long doubled,
            final long outOfOrder,
            final long altered) {
        assertThat(List.of(differences.lost(), differences.doubled(), differences.outOfOrder(), differences.altered()))
                .as("%s", differences)
                .containsExactly(lost, doubled, outOfOrder, altered);
    }

    @Test
    void shouldFindNothingInEqualLists() {
        assertCounts(inOrder("", ""), 0, 0, 0, 0);
        assertCounts(inOrder("abcabc", "abcabc"), 0, 0, 0, 0);
        assertCounts(byKey("aAbB", "AaBb"), 0, 0, 0, 0);
    }

    @Test
    void shouldCountWhatIsLost() {
        assertCounts(inOrder("abcdef", "abef"), 2, 0, 0, 0);
        assertCounts(inOrder("abcdef", "abcde"), 1, 0, 0, 0);
        assertCounts(inOrder("abc", ""), 3, 0, 0, 0);
        assertCounts(inOrder("aabaa", "aaba"), 1, 0, 0, 0);
        assertCounts(byKey("aAbB", "aA"), 2, 0, 0, 0);
        assertCounts(byKey("aAbB", "AB"), 2, 0, 0, 0);
    }

    @Test
    void shouldCountWhatIsDoubledWhereverItsFirstCopyIs() {
        assertCounts(inOrder("abcdef", "abcdabcdef"), 0, 4, 0, 0);
        assertCounts(inOrder("abcdef", "abcdeff"), 0, 1, 0, 0);
        assertCounts(inOrder("abcdef", "abcdefa"), 0, 1, 0, 0);
        assertCounts(inOrder("abcdef", "abbbcdef"), 0, 2, 0, 0);
        assertCounts(byKey("aAbB", "aAbBB"), 0, 1, 0, 0);
    }

    @Test
    void shouldCountTheFewestThatCanHaveMoved() {
        assertCounts(inOrder("abcdef", "abdcef"), 0, 0, 1, 0);
        assertCounts(inOrder("abcdef", "bcdefa"), 0, 0, 1, 0);
        assertCounts(inOrder("abcdef", "fabcde"), 0, 0, 1, 0);
        assertCounts(inOrder("abcdef", "fedcba"), 0, 0, 5, 0);
        assertCounts(inOrder("abcdef", "aecdbf"), 0, 0, 2, 0);
        assertCounts(byKey("aAbB", "bABa"), 0, 0, 1, 0);
    }

    @Test
    void shouldPairWhatIsMissingWithWhatNobodyExpected() {
        assertCounts(inOrder("abcdef", "abxdef"), 0, 0, 0, 1);
        assertCounts(inOrder("abcdef", "abXdef"), 0, 0, 0, 1);
        assertCounts(inOrder("abcdef", "abxdyf"), 0, 0, 0, 2);
        assertCounts(inOrder("abcdef", "abxf"), 2, 0, 0, 1);
        assertCounts(inOrder("abc", "abcxy"), 0, 0, 0, 2);
        assertCounts(byKey("ab", "abX"), 0, 0, 0, 1);
        assertCounts(byKey("abA", "aXA"), 0, 0, 0, 1);
    }

    @Test
    void shouldPairUnderOneKeyFirst() {
        final Differences differences = inOrder("aBc", "xY");

        assertCounts(differences, 1, 0, 0, 2);
        assertThat(differences.described())
                .containsExactly(
                        "altered: here index=0 expected={eventTimeNs=0 key=l value=a} actual={eventTimeNs=0 key=l value=x}",
                        "altered: here index=1 expected={eventTimeNs=0 key=U value=B} actual={eventTimeNs=0 key=U value=Y}",
                        "lost: here index=2 expected={eventTimeNs=0 key=l value=c}");
    }

    @Test
    void shouldCountEachKindBesideTheOthers() {
        assertCounts(inOrder("abcdefghij", "abbdcefxgj"), 1, 1, 1, 1);
    }

    @Test
    void shouldDescribeOnlyTheFirstFew() {
        final Differences differences = inOrder("abcdefghij", "");

        assertThat(differences.described()).hasSize(5);
        assertThat(differences.described().get(4)).contains("index=4");
    }

    // With records that are all different, what was done to the list is what must be found, whatever the order of it.
    @Test
    void shouldFindWhatWasDoneToRandomLists() {
        for (long seed = 0; seed < 300; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final int size = 20 + random.nextInt(200);
            final List<OutputRecord> expected = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                expected.add(OutputRecord.data(i, OutputRecord.longs(random.nextLong(5)), OutputRecord.longs(i)));
            }
            final List<OutputRecord> actual = new ArrayList<>(expected);
            final int swapped = random.nextInt(3);
            for (int i = 0; i < swapped; i++) {
                Collections.swap(actual, 6 * i, 6 * i + 1);
            }
            final int altered = random.nextInt(3);
            for (int i = 0; i < altered; i++) {
                final OutputRecord record = actual.get(6 * i + 2);
                actual.set(6 * i + 2, OutputRecord.data(-1 - i, record.key(), record.value()));
            }
            final int doubled = random.nextInt(4);
            for (int i = 0; i < doubled; i++) {
                actual.add(20 + random.nextInt(size - 19), actual.get(19 - i));
            }
            // Else a missing record and a stranger would be taken for one another.
            final int lost = altered == 0 ? random.nextInt(2) : 0;
            if (lost > 0) {
                actual.remove(3);
            }
            final Differences differences = new Differences();

            Comparison.inOrder(differences, "seed=" + seed, expected, actual.iterator());

            assertCounts(differences, lost, doubled, swapped, altered);
        }
    }
}
