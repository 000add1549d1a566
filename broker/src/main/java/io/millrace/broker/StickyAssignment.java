package io.millrace.broker;

import java.util.List;

/**
 * Who is to own which partition of a group: as even as it can be, moving as few partitions as it takes.
 *
 * <p>What a member was to own and may still own stays with it. A partition without such a member goes to the member with the fewest.
 * Then, as long as two members are apart by two or more, one partition goes from the one with the most to the one with the
 * fewest. When all members read the same topics, that ends within one of each other, and no other way moves fewer: each
 * move takes one away from a member that has too many, gives one to a member that has too few, or both. When they read
 * different topics, it ends where no single move makes two members more even.
 *
 * <p>Ties go to the oldest member and to the lowest partition, so that the same group gives the same assignment everywhere.
 */
final class StickyAssignment {
    private static final int NOBODY = -1;

    private final List<GroupPartition> partitions;
    private final List<Member> members;
    private final int[] owners;
    private final int[] counts;
    private final int[] leastLoaded;

    private StickyAssignment(final List<GroupPartition> partitions, final List<Member> members, final int topicCount) {
        this.partitions = partitions;
        this.members = members;
        this.owners = new int[partitions.size()];
        this.counts = new int[members.size()];
        this.leastLoaded = new int[topicCount];
    }

    /** Sets the target of each partition. */
    static void assign(final List<GroupPartition> partitions, final List<Member> members, final int topicCount) {
        final StickyAssignment assignment = new StickyAssignment(partitions, members, topicCount);
        assignment.keep();
        assignment.spread();
        while (assignment.moveOne()) {
            // One more move may make it more even still.
        }
        assignment.write();
    }

    private void keep() {
        for (int i = 0; i < owners.length; i++) {
            owners[i] = holder(partitions.get(i));
            if (owners[i] != NOBODY) {
                counts[owners[i]]++;
            }
        }
    }

    private int holder(final GroupPartition partition) {
        for (int m = 0; m < members.size(); m++) {
            final Member member = members.get(m);
            if (member.id() == partition.targetId()) {
                return member.reads(partition.topicIndex()) ? m : NOBODY;
            }
        }
        return NOBODY;
    }

    private void spread() {
        for (int i = 0; i < owners.length; i++) {
            if (owners[i] == NOBODY) {
                owners[i] = leastLoaded(partitions.get(i).topicIndex());
                if (owners[i] != NOBODY) {
                    counts[owners[i]]++;
                }
            }
        }
    }

    private boolean moveOne() {
        for (int t = 0; t < leastLoaded.length; t++) {
            leastLoaded[t] = leastLoaded(t);
        }
        int best = NOBODY;
        int bestDifference = 1;
        for (int i = 0; i < owners.length; i++) {
            if (owners[i] != NOBODY) {
                final int difference =
                        counts[owners[i]] - counts[leastLoaded[partitions.get(i).topicIndex()]];
                if (difference > bestDifference) {
                    best = i;
                    bestDifference = difference;
                }
            }
        }
        if (best == NOBODY) {
            return false;
        }
        counts[owners[best]]--;
        owners[best] = leastLoaded[partitions.get(best).topicIndex()];
        counts[owners[best]]++;
        return true;
    }

    private int leastLoaded(final int topicIndex) {
        int best = NOBODY;
        for (int m = 0; m < counts.length; m++) {
            if (members.get(m).reads(topicIndex) && (best == NOBODY || counts[m] < counts[best])) {
                best = m;
            }
        }
        return best;
    }

    private void write() {
        for (int i = 0; i < owners.length; i++) {
            partitions
                    .get(i)
                    .target(
                            owners[i] == NOBODY
                                    ? Member.NONE
                                    : members.get(owners[i]).id());
        }
    }
}
