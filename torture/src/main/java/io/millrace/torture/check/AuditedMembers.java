package io.millrace.torture.check;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Who is a member of the group or a consumer of the queue of a run, as the commands of {@code __broker} have it. */
final class AuditedMembers {
    private final TreeMap<Long, Audited> members = new TreeMap<>();
    private long nextId = 1;

    /** One that is known by its key, apart for the group and the queue. */
    private static final class Audited {
        private final long key;
        private final boolean isConsumer;
        private long leaseNs;
        private long deadlineNs;

        private Audited(final long key, final boolean isConsumer) {
            this.key = key;
            this.isConsumer = isConsumer;
        }
    }

    void enter(final long key, final boolean isConsumer, final long leaseNs, final long timeNs) {
        Audited member = null;
        for (final Audited one : members.values()) {
            if (one.key == key && one.isConsumer == isConsumer) {
                member = one;
            }
        }
        if (member == null) {
            member = new Audited(key, isConsumer);
            members.put(nextId++, member);
        }
        member.leaseNs = leaseNs;
        member.deadlineNs = timeNs + leaseNs;
    }

    void renewAll(final long timeNs) {
        members.values().forEach(member -> member.deadlineNs = timeNs + member.leaseNs);
    }

    /** One that was heard too late stays as it is. */
    void renew(final long id, final long timeNs) {
        final Audited member = members.get(id);
        if (member != null && member.deadlineNs > timeNs) {
            member.deadlineNs = timeNs + member.leaseNs;
        }
    }

    /** Takes out whoever was silent for its lease, and says who that was. */
    List<Long> expire(final long timeNs) {
        final List<Long> gone = new ArrayList<>();
        members.forEach((id, member) -> {
            if (member.deadlineNs <= timeNs) {
                gone.add(id);
            }
        });
        gone.forEach(members::remove);
        return gone;
    }

    void leave(final long id) {
        members.remove(id);
    }

    boolean isConsumer(final long id) {
        return members.containsKey(id) && members.get(id).isConsumer;
    }
}
