package io.millrace.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;

/** A machine with a clock that the test moves, the commands that it was given, and the events that came of them as lines. */
final class BrokerFixture implements BrokerEvents {
    static final long LEASE_NS = TimeUnit.SECONDS.toNanos(10);

    final BrokerCommandEncoder commands = new BrokerCommandEncoder();
    final BrokerStateMachine machine;
    final List<byte[]> recorded = new ArrayList<>();
    final List<Long> times = new ArrayList<>();
    final List<Long> hashes = new ArrayList<>();
    final List<String> events = new ArrayList<>();
    long logTimeNs = TimeUnit.DAYS.toNanos(20_000);

    BrokerFixture() {
        this.machine = new BrokerStateMachine(this);
    }

    void apply(final int length) {
        final byte[] bytes = new byte[length];
        commands.buffer().getBytes(0, bytes);
        recorded.add(bytes);
        times.add(logTimeNs);
        machine.apply(new UnsafeBuffer(bytes), 0, length, logTimeNs);
        hashes.add(machine.stateHash());
    }

    void replay(final BrokerFixture from, final int index) {
        final byte[] bytes = from.recorded.get(index);
        machine.apply(new UnsafeBuffer(bytes), 0, bytes.length, from.times.get(index));
    }

    void pass(final long ns) {
        logTimeNs += ns;
    }

    Member join(final String group, final long key, final int... topics) {
        apply(commands.groupJoin(group, key, "m" + key, LEASE_NS, topics));
        return machine.member(group, false, key);
    }

    Member attach(final String queue, final long key) {
        apply(commands.queueAttach(queue, key, "c" + key, LEASE_NS));
        return machine.member(queue, true, key);
    }

    void queue(final String name, final int maxDeliveries, final int maxOutstanding, final int partitions) {
        apply(commands.queueCreate(
                new QueueSpec(name, "orders", name + ".dead", LEASE_NS, maxDeliveries, maxOutstanding),
                new long[partitions]));
    }

    void deliver(final Member consumer, final int partition, final long position) {
        apply(commands.queueDeliver(consumer.id(), List.of(new MessagePlace(partition, position, position + 8))));
    }

    void ack(final Member consumer, final long position, final int delivery) {
        apply(commands.queueAck(consumer.id(), List.of(new MessageDelivery(0, position, delivery))));
    }

    void nack(final Member consumer, final long position, final int delivery, final long delayNs) {
        apply(commands.queueNack(consumer.id(), delayNs, "no", List.of(new MessageDelivery(0, position, delivery))));
    }

    void commit(
            final Member member, final int partition, final long epoch, final long position, final boolean release) {
        apply(commands.groupCommit(member.id(), List.of(new PartitionCommit(0, partition, epoch, position, release))));
    }

    void letGoOfAll(final String group) {
        for (final GroupPartition partition : machine.group(group).partitions()) {
            if (partition.letGoDeadlineNs() != 0) {
                commit(machine.member(partition.ownerId()), partition.index(), partition.epoch(), -1, true);
            }
        }
    }

    List<Integer> ownedBy(final String group, final Member member) {
        final List<Integer> owned = new ArrayList<>();
        for (final GroupPartition partition : machine.group(group).partitions()) {
            if (partition.ownerId() == member.id()) {
                owned.add(partition.index());
            }
        }
        return owned;
    }

    GroupPartition partition(final String group, final int partition) {
        return machine.group(group).partition(0, partition);
    }

    QueueMessage message(final String queue, final long position) {
        return machine.queue(queue).partitions().get(0).message(position);
    }

    @Override
    public void onAssigned(final Member member, final String topic, final GroupPartition partition) {
        events.add("assigned m" + member.id() + ' ' + topic + ' ' + partition.index() + " epoch " + partition.epoch()
                + " at " + partition.committedPosition());
    }

    @Override
    public void onLetGo(final Member member, final String topic, final GroupPartition partition) {
        events.add("let go m" + member.id() + ' ' + topic + ' ' + partition.index());
    }

    @Override
    public void onLost(final Member member, final String topic, final GroupPartition partition) {
        events.add("lost m" + member.id() + ' ' + topic + ' ' + partition.index());
    }

    @Override
    public void onCommit(
            final long memberId,
            final int topicIndex,
            final int partition,
            final long epoch,
            final boolean isAccepted) {
        events.add((isAccepted ? "committed " : "fenced ") + memberId + ' ' + partition);
    }

    @Override
    public void onReleased(final Member member, final String topic, final GroupPartition partition) {
        events.add("released m" + member.id() + ' ' + topic + ' ' + partition.index());
    }

    @Override
    public void onMemberGone(final Member member, final boolean isExpired) {
        events.add((isExpired ? "expired " : "left ") + (member.isConsumer() ? "c" : "m") + member.id());
    }

    @Override
    public void onDelivered(
            final Member consumer, final MessageQueue queue, final int partition, final QueueMessage message) {
        events.add("delivered c" + consumer.id() + ' ' + message.position() + " for the " + message.delivery());
    }

    @Override
    public void onSettled(
            final long consumerId,
            final int partition,
            final long position,
            final int delivery,
            final boolean isAccepted) {
        events.add((isAccepted ? "settled " : "refused ") + position + ' ' + delivery);
    }

    @Override
    public void onDead(final MessageQueue queue, final int partition, final QueueMessage message) {
        events.add("dead " + message.position() + " letter " + message.letterNumber() + ' ' + message.cause());
    }
}
