package io.millrace.broker;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A consumer group: topics, members, and how far each partition is. What is returned may be looked at between two commands. */
public final class Group {
    private final String name;
    private final List<String> topics = new ArrayList<>();
    private final List<List<GroupPartition>> partitionsByTopic = new ArrayList<>();
    private final List<GroupPartition> partitions = new ArrayList<>();
    private final List<Member> members = new ArrayList<>();
    private long generation;

    Group(final String name) {
        this.name = name;
    }

    /**
     * Tells its name.
     *
     * @return the name.
     */
    public String name() {
        return name;
    }

    /**
     * Tells how often members came or went.
     *
     * @return number of the assignment, greater with each.
     */
    public long generation() {
        return generation;
    }

    /**
     * Lists the topics.
     *
     * @return names in the order in which they were added; their index never changes.
     */
    public List<String> topics() {
        return Collections.unmodifiableList(topics);
    }

    /**
     * Lists the members.
     *
     * @return members, oldest first.
     */
    public List<Member> members() {
        return Collections.unmodifiableList(members);
    }

    /**
     * Lists the partitions of all topics.
     *
     * @return partitions, by topic and number.
     */
    public List<GroupPartition> partitions() {
        return Collections.unmodifiableList(partitions);
    }

    /**
     * Finds a partition.
     *
     * @param topicIndex of the group's topics.
     * @param partition  number in the topic.
     * @return the partition, null when there is none.
     */
    public GroupPartition partition(final int topicIndex, final int partition) {
        if (topicIndex < 0 || topicIndex >= partitionsByTopic.size()) {
            return null;
        }
        final List<GroupPartition> ofTopic = partitionsByTopic.get(topicIndex);
        return partition < 0 || partition >= ofTopic.size() ? null : ofTopic.get(partition);
    }

    boolean add(final String topic, final long[] positions) {
        if (topics.contains(topic)) {
            return false;
        }
        final List<GroupPartition> ofTopic = new ArrayList<>();
        for (int i = 0; i < positions.length; i++) {
            ofTopic.add(new GroupPartition(topics.size(), i, positions[i]));
        }
        add(topic, ofTopic);
        return true;
    }

    void add(final Member member) {
        members.add(member);
    }

    void remove(final Member member) {
        members.remove(member);
    }

    void assign() {
        generation++;
        StickyAssignment.assign(partitions, members, topics.size());
    }

    void write(final StateOutput out) {
        out.text(name);
        out.number(generation);
        out.number(topics.size());
        for (int i = 0; i < topics.size(); i++) {
            out.text(topics.get(i));
            out.number(partitionsByTopic.get(i).size());
            for (final GroupPartition partition : partitionsByTopic.get(i)) {
                partition.write(out);
            }
        }
    }

    static Group read(final StateInput in) {
        final Group group = new Group(in.text());
        group.generation = in.longNumber();
        final int topicCount = in.count(Long.BYTES);
        for (int i = 0; i < topicCount; i++) {
            final String topic = in.text();
            final int count = in.count(GroupPartition.WRITTEN_LENGTH);
            final List<GroupPartition> ofTopic = new ArrayList<>();
            for (int k = 0; k < count; k++) {
                ofTopic.add(GroupPartition.read(i, k, in));
            }
            group.add(topic, ofTopic);
        }
        return group;
    }

    private void add(final String topic, final List<GroupPartition> ofTopic) {
        topics.add(topic);
        partitionsByTopic.add(ofTopic);
        partitions.addAll(ofTopic);
    }
}
