package io.millrace.torture.check;

import java.util.List;

/**
 * Finds a longest row of rising numbers in a list, by patience sorting: each number goes on the first pile whose top is not
 * less, and remembers the top of the pile before. From the last pile the row is followed back.
 */
final class LongestRow {
    private LongestRow() {}

    /** Tells of each place of a list of different numbers whether it is in the row. */
    static boolean[] of(final List<Integer> numbers) {
        final int[] tops = new int[numbers.size()];
        final int[] before = new int[numbers.size()];
        int piles = 0;
        for (int i = 0; i < numbers.size(); i++) {
            final int pile = pileOf(numbers, tops, piles, numbers.get(i));
            before[i] = pile == 0 ? -1 : tops[pile - 1];
            tops[pile] = i;
            piles = Math.max(piles, pile + 1);
        }
        final boolean[] isInRow = new boolean[numbers.size()];
        for (int i = piles == 0 ? -1 : tops[piles - 1]; i >= 0; i = before[i]) {
            isInRow[i] = true;
        }
        return isInRow;
    }

    private static int pileOf(final List<Integer> numbers, final int[] tops, final int piles, final int number) {
        int low = 0;
        int high = piles;
        while (low < high) {
            final int middle = (low + high) >>> 1;
            if (numbers.get(tops[middle]) < number) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
