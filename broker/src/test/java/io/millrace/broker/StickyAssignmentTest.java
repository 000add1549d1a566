package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class StickyAssignmentTest {
    private static final int ROUNDS = 300;
    private final List<GroupPartition> partitions = new ArrayList<>();
    private final List<Member> members = new ArrayList<>();

    @Test
    void shouldBeEvenAndMoveNoMorePartitionsThanThatTakes() {
        final SplittableRandom random = new SplittableRandom(7);
        long nextId = 1;
        for (int round = 0; round < ROUNDS; round++) {
            if (round % 30 == 0) {
                givenPartitions(1 + random.nextInt(40));
            }
            if (members.isEmpty() || random.nextInt(5) < 3) {
                members.add(new Member(nextId++, nextId, "m", "g", false, 0, new int[] {0}));
            } else {
                members.remove(random.nextInt(members.size()));
            }
            final long[] before = targets();

            StickyAssignment.assign(partitions, members, 1);

            if (!members.isEmpty()) {
                assertEven();
                assertThat(moves(before)).as("round %d", round).isEqualTo(fewestMoves(before));
            }
        }
    }

    @Test
    void shouldLeaveEverythingAsItIsWhenNothingChanges() {
        givenPartitions(10);
        members.add(new Member(1, 1, "m", "g", false, 0, new int[] {0}));
        members.add(new Member(2, 2, "m", "g", false, 0, new int[] {0}));
        StickyAssignment.assign(partitions, members, 1);
        final long[] before = targets();

        StickyAssignment.assign(partitions, members, 1);

        assertThat(targets()).isEqualTo(before);
    }

    private void givenPartitions(final int count) {
        partitions.clear();
        for (int i = 0; i < count; i++) {
            partitions.add(new GroupPartition(0, i, 0));
        }
    }

    private long[] targets() {
        return partitions.stream().mapToLong(GroupPartition::targetId).toArray();
    }

    private void assertEven() {
        final long[] counts = counts(targets());
        for (final long count : counts) {
            assertThat(count).isBetween((long) partitions.size() / members.size(), ceiling());
        }
    }

    private long ceiling() {
        return (partitions.size() + members.size() - 1) / members.size();
    }

    private long[] counts(final long[] targets) {
        return members.stream()
                .mapToLong(member -> java.util.Arrays.stream(targets)
                        .filter(target -> target == member.id())
                        .count())
                .toArray();
    }

    private int moves(final long[] before) {
        int moves = 0;
        for (int i = 0; i < before.length; i++) {
            if (before[i] != partitions.get(i).targetId()) {
                moves++;
            }
        }
        return moves;
    }

    /** All that has no owner any more moves; beyond that, what is too much at one member or too little at another. */
    private long fewestMoves(final long[] before) {
        final long[] counts = counts(before);
        final long floor = partitions.size() / members.size();
        final long rest = partitions.size() % members.size();
        java.util.Arrays.sort(counts);
        // The members that have most already are those that may keep one more.
        long kept = 0;
        for (int i = 0; i < counts.length; i++) {
            kept += Math.min(counts[i], i >= counts.length - rest ? floor + 1 : floor);
        }
        return partitions.size() - kept;
    }
}
