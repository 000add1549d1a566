package io.millrace.broker;

import java.util.Arrays;

/**
 * A member of a group or a consumer of a queue. It is known by a key that its client has chosen, so that a client that connects
 * again is the same member, and it is there until it leaves or its lease passes.
 */
public final class Member {
    static final long NONE = 0;

    private final long id;
    private final long key;
    private final String name;
    private final String home;
    private final boolean isConsumer;
    private final long joinedAtNs;
    private long leaseNs;
    private long deadlineNs;
    private int[] topics;

    Member(
            final long id,
            final long key,
            final String name,
            final String home,
            final boolean isConsumer,
            final long joinedAtNs,
            final int[] topics) {
        this.id = id;
        this.key = key;
        this.name = name;
        this.home = home;
        this.isConsumer = isConsumer;
        this.joinedAtNs = joinedAtNs;
        this.topics = topics;
    }

    /**
     * Tells its number.
     *
     * @return greater than 0, never given twice.
     */
    public long id() {
        return id;
    }

    /**
     * Tells its name for people.
     *
     * @return the name that its client gave.
     */
    public String name() {
        return name;
    }

    /**
     * Tells where it belongs.
     *
     * @return name of its group or queue.
     */
    public String home() {
        return home;
    }

    /**
     * Tells which of the two it is.
     *
     * @return true for a consumer of a queue, false for a member of a group.
     */
    public boolean isConsumer() {
        return isConsumer;
    }

    /**
     * Tells since when it is there.
     *
     * @return log time in ns since the epoch.
     */
    public long joinedAtNs() {
        return joinedAtNs;
    }

    /**
     * Tells how long it may be silent.
     *
     * @return lease in ns.
     */
    public long leaseNs() {
        return leaseNs;
    }

    /**
     * Tells when its lease passes unless it is heard before.
     *
     * @return log time in ns since the epoch.
     */
    public long deadlineNs() {
        return deadlineNs;
    }

    /**
     * Tells whether it reads a topic of its group.
     *
     * @param topicIndex of the group's topics.
     * @return true when it does.
     */
    public boolean reads(final int topicIndex) {
        return Arrays.binarySearch(topics, topicIndex) >= 0;
    }

    long key() {
        return key;
    }

    int[] topics() {
        return topics;
    }

    void topics(final int[] newTopics) {
        topics = newTopics;
    }

    void lease(final long newLeaseNs, final long logTimeNs) {
        leaseNs = newLeaseNs;
        renew(logTimeNs);
    }

    void renew(final long logTimeNs) {
        deadlineNs = Math.max(deadlineNs, logTimeNs + leaseNs);
    }

    void write(final StateOutput out) {
        out.number(id);
        out.number(key);
        out.text(name);
        out.text(home);
        out.number(isConsumer ? 1 : 0);
        out.number(joinedAtNs);
        out.number(leaseNs);
        out.number(deadlineNs);
        out.number(topics.length);
        for (final int topic : topics) {
            out.number(topic);
        }
    }

    static Member read(final StateInput in) {
        final long id = in.longNumber();
        final long key = in.longNumber();
        final String name = in.text();
        final String home = in.text();
        final boolean isConsumer = in.number() == 1;
        final long joinedAtNs = in.longNumber();
        final long leaseNs = in.longNumber();
        final long deadlineNs = in.longNumber();
        final int[] topics = new int[in.count(Integer.BYTES)];
        for (int i = 0; i < topics.length; i++) {
            topics[i] = in.number();
        }
        final Member member = new Member(id, key, name, home, isConsumer, joinedAtNs, topics);
        member.leaseNs = leaseNs;
        member.deadlineNs = deadlineNs;
        return member;
    }

    @Override
    public String toString() {
        return "Member{id=" + id + ", name=" + name + ", home=" + home + '}';
    }
}
