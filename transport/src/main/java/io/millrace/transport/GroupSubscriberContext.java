package io.millrace.transport;

import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a {@link GroupSubscriber} is made from. Channel, group and topics must be set; the rest has defaults. */
public final class GroupSubscriberContext extends ClientContext<GroupSubscriberContext> {
    private String group;
    private List<String> topics = List.of();
    private long leaseNs = TimeUnit.SECONDS.toNanos(10);
    private long autoCommitIntervalNs = TimeUnit.SECONDS.toNanos(1);
    private boolean isFromEnd;
    private String memberName = "member";
    private GroupListener listener = new GroupListener() {};

    /** Creates a context with defaults. */
    public GroupSubscriberContext() {}

    /**
     * Which group to join; it is made when it is not there.
     *
     * @param name 1 to 249 letters, digits, '.', '_' or '-'
     * @return this
     */
    public GroupSubscriberContext group(final String name) {
        checkOpen();
        group = name;
        return this;
    }

    /**
     * What to read.
     *
     * @param names of topics that exist at the node
     * @return this
     */
    public GroupSubscriberContext topics(final String... names) {
        checkOpen();
        topics = List.of(names);
        return this;
    }

    /**
     * How long this member may be silent before its partitions go to others; 10 s when not set.
     *
     * @param lease in nanoseconds, 100 ms to 24 h
     * @return this
     */
    public GroupSubscriberContext leaseNs(final long lease) {
        checkOpen();
        leaseNs = lease;
        return this;
    }

    /**
     * How often what is processed is committed without being asked; 1 s when not set.
     *
     * @param interval in nanoseconds; 0 for never
     * @return this
     */
    public GroupSubscriberContext autoCommitIntervalNs(final long interval) {
        checkOpen();
        autoCommitIntervalNs = interval;
        return this;
    }

    /**
     * Begins a topic that is new to the group at its end; at the first record when this is not called.
     *
     * @return this
     */
    public GroupSubscriberContext fromEnd() {
        checkOpen();
        isFromEnd = true;
        return this;
    }

    /**
     * What people who look at the group shall see of this member; {@code member} when not set.
     *
     * @param name any text
     * @return this
     */
    public GroupSubscriberContext memberName(final String name) {
        checkOpen();
        memberName = name;
        return this;
    }

    /**
     * Who hears which partitions come and go; nobody when not set.
     *
     * @param newListener called within poll
     * @return this
     */
    public GroupSubscriberContext listener(final GroupListener newListener) {
        checkOpen();
        listener = newListener;
        return this;
    }

    /**
     * Checks all settings; nothing can be changed afterwards.
     *
     * @return this
     * @throws io.millrace.log.error.MillraceException with all problems in one line
     */
    public GroupSubscriberContext conclude() {
        final List<String> problems = settings().problems();
        if (group == null || group.isEmpty()) {
            problems.add("group is not set");
        }
        if (topics.isEmpty()) {
            problems.add("topics are not set");
        }
        if (leaseNs <= 0) {
            problems.add("leaseNs=" + leaseNs + " must be positive");
        }
        if (autoCommitIntervalNs < 0) {
            problems.add("autoCommitIntervalNs=" + autoCommitIntervalNs + " must not be negative");
        }
        ConnectionSettings.check("group subscriber", problems);
        close();
        return this;
    }

    @Override
    public String toString() {
        return "group=" + group + " topics=" + topics;
    }

    @Override
    GroupSubscriberContext self() {
        return this;
    }

    ConnectionSettings settings() {
        return settings("group=" + group);
    }

    String group() {
        return group;
    }

    List<String> topics() {
        return topics;
    }

    long leaseNs() {
        return leaseNs;
    }

    long autoCommitIntervalNs() {
        return autoCommitIntervalNs;
    }

    boolean isFromEnd() {
        return isFromEnd;
    }

    String memberName() {
        return memberName;
    }

    GroupListener listener() {
        return listener;
    }
}
