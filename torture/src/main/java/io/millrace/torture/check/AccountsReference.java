package io.millrace.torture.check;

import java.util.Objects;
import java.util.TreeMap;

/**
 * The last value of each account, until it is deleted; the hundreds of its amount from 300 on; and the sums of the amounts that the
 * accounts of each group have now. An account is in a group for the rest of its amount by four and of its number by twelve.
 */
final class AccountsReference extends SourceReference {
    static final String CHANGES = "changes";
    static final String GROUPS = "groups";

    private static final long DISORDER_NS = 100 * InputFormula.MS;
    private static final long LEAST = 300;
    private static final long NOBODY = -1;

    private static final class Group {
        private long members;
        private long sum;
    }

    private TreeMap<Long, Long> amounts;
    private TreeMap<Long, Group> groups;

    AccountsReference() {
        super(DISORDER_NS, true);
    }

    @Override
    void begin() {
        amounts = new TreeMap<>();
        groups = new TreeMap<>();
    }

    // No value is like the one before, since each has its number.
    @Override
    void onValue(final StoredRecord value, final long clockNs, final long watermarkNs, final Outputs outputs) {
        final boolean isDelete = value.kind() == StoredRecord.Kind.TOMBSTONE;
        final long account = OutputRecord.longAt(value.key(), 0);
        final Long after = isDelete ? null : (Long) OutputRecord.longAt(value.value(), 1);
        final Long before = isDelete ? amounts.remove(account) : amounts.put(account, after);
        if (before == null && after == null) {
            return;
        }
        outputs.add(OUT, value.output());
        final long levelBefore = level(before);
        final long levelAfter = level(after);
        if (levelBefore != levelAfter) {
            outputs.add(
                    CHANGES,
                    OutputRecord.data(value.eventTimeNs(), value.key(), OutputRecord.longs(levelBefore, levelAfter)));
        }
        move(account, before, after, value.eventTimeNs(), outputs);
    }

    private static long level(final Long amount) {
        return amount == null || amount < LEAST ? NOBODY : amount / 100;
    }

    private static Long group(final long account, final Long amount) {
        return amount == null ? null : (Long) (amount % 4 * 12 + account % 12);
    }

    private void move(
            final long account, final Long before, final Long after, final long timeNs, final Outputs outputs) {
        final Long groupBefore = group(account, before);
        final Long groupAfter = group(account, after);
        if (Objects.equals(groupBefore, groupAfter)) {
            change(groupAfter, 0, after - before, timeNs, outputs);
            return;
        }
        if (groupBefore != null) {
            change(groupBefore, -1, -before, timeNs, outputs);
        }
        if (groupAfter != null) {
            change(groupAfter, 1, after, timeNs, outputs);
        }
    }

    private void change(
            final long number, final int members, final long amount, final long timeNs, final Outputs outputs) {
        final Group group = groups.computeIfAbsent(number, each -> new Group());
        group.members += members;
        group.sum += amount;
        if (group.members == 0) {
            groups.remove(number);
            outputs.add(GROUPS, OutputRecord.delete(timeNs, OutputRecord.longs(number)));
        } else if (amount != 0) {
            outputs.add(GROUPS, OutputRecord.data(timeNs, OutputRecord.longs(number), OutputRecord.longs(group.sum)));
        }
    }
}
