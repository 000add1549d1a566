package io.millrace.broker;

import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;

/** All members of all groups and all consumers of all queues, and the number that the next one gets. */
final class Members {
    private final List<Member> all = new ArrayList<>();
    private final Long2ObjectHashMap<Member> byId = new Long2ObjectHashMap<>();
    private long nextId = 1;

    Member find(final long id) {
        return byId.get(id);
    }

    Member find(final List<Member> among, final long key) {
        for (final Member member : among) {
            if (member.key() == key) {
                return member;
            }
        }
        return null;
    }

    Member add(
            final long key,
            final String name,
            final String home,
            final boolean isConsumer,
            final long logTimeNs,
            final int[] topics) {
        final Member member = new Member(nextId++, key, name, home, isConsumer, logTimeNs, topics);
        put(member);
        return member;
    }

    void remove(final Member member) {
        all.remove(member);
        byId.remove(member.id());
    }

    /** The next one whose lease has passed, oldest first; null when there is none. */
    Member firstExpired(final long logTimeNs) {
        for (final Member member : all) {
            if (member.deadlineNs() <= logTimeNs) {
                return member;
            }
        }
        return null;
    }

    long earliestDeadlineNs() {
        long earliest = Long.MAX_VALUE;
        for (final Member member : all) {
            earliest = Math.min(earliest, member.deadlineNs());
        }
        return earliest;
    }

    List<Member> all() {
        return all;
    }

    void write(final StateOutput out) {
        out.number(nextId);
        out.number(all.size());
        for (final Member member : all) {
            member.write(out);
        }
    }

    void read(final StateInput in) {
        all.clear();
        byId.clear();
        nextId = in.longNumber();
        final int count = in.count(Long.BYTES);
        for (int i = 0; i < count; i++) {
            put(Member.read(in));
        }
    }

    private void put(final Member member) {
        all.add(member);
        byId.put(member.id(), member);
    }
}
