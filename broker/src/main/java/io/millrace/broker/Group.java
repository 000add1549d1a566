package io.millrace.broker;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.agrona.collections.IntArrayList;

/** A consumer group: topics, members, and how far each partition is. What is returned may be looked at between two commands. */
public final class Group {
    /** The number of a topic that was added before numbers were recorded. */
    static final int UNKNOWN_TOPIC_ID = 0;

    private final String name;
    private final List<String> topics = new ArrayList<>();
    private final IntArrayList topicIds = new IntArrayList();
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

    /**
     * Tells whether the group reads a topic.
     *
     * @param topic name of the topic.
     * @return whether there is one of this name among its topics.
     */
    public boolean reads(final String topic) {
        return topics.contains(topic);
    }

    /**
     * Tells whether a topic is another one than the one of that name that the group reads: that one was deleted.
     *
     * @param topic   name of a topic that the group reads.
     * @param topicId number that the topic has in its store now.
     * @return whether the numbers differ, where both are known.
     */
    public boolean isOther(final String topic, final int topicId) {
        final int known = topicIds.getInt(topics.indexOf(topic));
        return known != topicId && known != UNKNOWN_TOPIC_ID && topicId != UNKNOWN_TOPIC_ID;
    }

    void add(final String topic, final int topicId, final long[] positions) {
        final List<GroupPartition> ofTopic = new ArrayList<>();
        for (int i = 0; i < positions.length; i++) {
            ofTopic.add(new GroupPartition(topics.size(), i, positions[i]));
        }
        add(topic, topicId, ofTopic);
    }

    /** Epochs go on, so that nobody commits to the new topic what was read of the old one. */
    void replace(final String topic, final int topicId, final long[] positions) {
        final int topicIndex = topics.indexOf(topic);
        final List<GroupPartition> former = partitionsByTopic.get(topicIndex);
        long epoch = 0;
        for (final GroupPartition partition : former) {
            epoch = Math.max(epoch, partition.epoch());
        }
        final List<GroupPartition> ofTopic = new ArrayList<>();
        for (int i = 0; i < positions.length; i++) {
            ofTopic.add(new GroupPartition(topicIndex, i, positions[i], epoch));
        }
        partitionsByTopic.set(topicIndex, ofTopic);
        topicIds.setInt(topicIndex, topicId);
        partitions.clear();
        partitionsByTopic.forEach(partitions::addAll);
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
            out.number(topicIds.getInt(i));
            out.number(partitionsByTopic.get(i).size());
            for (final GroupPartition partition : partitionsByTopic.get(i)) {
                partition.write(out);
            }
        }
    }

    static Group read(final StateInput in, final boolean hasTopicIds) {
        final Group group = new Group(in.text());
        group.generation = in.longNumber();
        final int topicCount = in.count(Long.BYTES);
        for (int i = 0; i < topicCount; i++) {
            final String topic = in.text();
            final int topicId = hasTopicIds ? in.number() : UNKNOWN_TOPIC_ID;
            final int count = in.count(GroupPartition.WRITTEN_LENGTH);
            final List<GroupPartition> ofTopic = new ArrayList<>();
            for (int k = 0; k < count; k++) {
                ofTopic.add(GroupPartition.read(i, k, in));
            }
            group.add(topic, topicId, ofTopic);
        }
        return group;
    }

    private void add(final String topic, final int topicId, final List<GroupPartition> ofTopic) {
        topics.add(topic);
        topicIds.addInt(topicId);
        partitionsByTopic.add(ofTopic);
        partitions.addAll(ofTopic);
    }
}
