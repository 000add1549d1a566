package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Commands at random for one group and one queue: right ones, late ones, and some that make no sense. Next to the machine it
 * keeps plain models: who owns a partition, told by events alone, and what became of each message, by rules of its own.
 */
final class RandomScript {
    private static final int PARTITIONS = 7;
    private static final int MAX_DELIVERIES = 3;
    private static final int MAX_OUTSTANDING = 6;

    final BrokerFixture broker = new BrokerFixture();
    private final SplittableRandom random;
    private final long seed;
    private final QueueModel model = new QueueModel(BrokerFixture.LEASE_NS, MAX_DELIVERIES, MAX_OUTSTANDING);
    private final Map<Integer, String> owners = new HashMap<>();
    private final List<Member> everJoined = new ArrayList<>();
    private final List<Member> everAttached = new ArrayList<>();
    private int eventsSeen;
    private long nextKey = 1;
    private int stepCount;

    RandomScript(final long seed) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
    }

    void step() {
        stepCount++;
        broker.pass(random.nextInt(12) == 0 ? jump() : random.nextLong(BrokerFixture.LEASE_NS / 20));
        if (stepCount == 1) {
            broker.apply(broker.commands.groupTopic("g", "t", 1, new long[PARTITIONS]));
        } else if (stepCount == 2) {
            broker.queue("q", MAX_DELIVERIES, MAX_OUTSTANDING, 1);
        } else {
            switch (random.nextInt(16)) {
                case 0 -> join();
                case 1, 2, 3 -> commit();
                case 4 -> letGo();
                case 5 -> leave();
                case 6 -> tick();
                case 7 -> attach();
                case 8 -> snapshotOrStart();
                case 9 -> bury();
                case 10, 11, 12 -> deliver();
                default -> settle();
            }
        }
        follow();
    }

    void check() {
        final Group group = broker.machine.group("g");
        if (group == null) {
            return;
        }
        final Map<Long, Integer> counts = new HashMap<>();
        for (final Member member : group.members()) {
            counts.put(member.id(), 0);
            assertThat(member.deadlineNs()).as(where()).isGreaterThan(broker.machine.logTimeNs());
        }
        for (final GroupPartition partition : group.partitions()) {
            final String owner = partition.ownerId() == 0 ? null : "m" + partition.ownerId() + "/" + partition.epoch();
            assertThat(owner).as(where()).isEqualTo(owners.get(partition.index()));
            assertThat(partition.ownerId() == 0 || counts.containsKey(partition.ownerId()))
                    .as("an owner is there: %s", where())
                    .isTrue();
            if (partition.targetId() != 0) {
                counts.merge(partition.targetId(), 1, Integer::sum);
            }
        }
        if (!counts.isEmpty()) {
            final int most =
                    counts.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
            final int fewest =
                    counts.values().stream().mapToInt(Integer::intValue).min().orElseThrow();
            assertThat(most - fewest).as("balance: %s", where()).isLessThanOrEqualTo(1);
            assertThat(counts.values().stream().mapToInt(Integer::intValue).sum())
                    .isEqualTo(PARTITIONS);
        }
        if (broker.machine.queue("q") != null) {
            assertThat(QueueModel.of(broker.machine.queue("q"))).as(where()).isEqualTo(model.lines());
            assertThat(broker.machine.queue("q").ackedCount()).as(where()).isEqualTo(model.ackedCount());
        }
    }

    private long jump() {
        return random.nextLong(BrokerFixture.LEASE_NS * 3);
    }

    private void join() {
        final boolean isNew = everJoined.isEmpty() || random.nextInt(3) > 0;
        final long key = isNew ? nextKey++ : any(everJoined).key();
        everJoined.add(broker.join("g", key, 0));
        model.advance(broker.logTimeNs);
    }

    private void commit() {
        if (everJoined.isEmpty()) {
            tick();
            return;
        }
        final int index = random.nextInt(PARTITIONS);
        final GroupPartition partition = broker.partition("g", index);
        final Member owner = broker.machine.member(partition.ownerId());
        final Member member = owner == null || random.nextInt(4) == 0 ? any(everJoined) : owner;
        final long epoch = partition.epoch() - (random.nextInt(5) == 0 ? 1 : 0);
        final boolean isOwner = member.id() == partition.ownerId() && epoch == partition.epoch();
        final long before = partition.committedPosition();
        final long position = before + random.nextInt(1000);
        broker.commit(member, index, epoch, position, random.nextInt(6) == 0);
        if (!isOwner) {
            assertThat(partition.committedPosition()).as(where()).isEqualTo(before);
        }
        model.advance(broker.logTimeNs);
    }

    private void letGo() {
        final int recorded = broker.recorded.size();
        broker.letGoOfAll("g");
        if (broker.recorded.size() > recorded) {
            model.advance(broker.logTimeNs);
        }
    }

    private void leave() {
        final List<Member> among = random.nextBoolean() ? everJoined : everAttached;
        if (among.isEmpty()) {
            tick();
            return;
        }
        final Member member = any(among);
        broker.apply(broker.commands.leave(member.id()));
        model.advance(broker.logTimeNs);
        model.leave(member.id());
    }

    private void tick() {
        final List<Long> heard = new ArrayList<>();
        for (final Member member : everJoined) {
            if (random.nextInt(4) > 0) {
                heard.add(member.id());
            }
        }
        for (final Member member : everAttached) {
            if (random.nextInt(4) > 0) {
                heard.add(member.id());
            }
        }
        broker.apply(
                broker.commands.tick(heard.stream().mapToLong(Long::longValue).toArray()));
        model.renew(heard, broker.logTimeNs);
        model.advance(broker.logTimeNs);
    }

    private void attach() {
        final boolean isNew = everAttached.isEmpty() || random.nextInt(3) > 0;
        final Member consumer =
                broker.attach("q", isNew ? nextKey++ : any(everAttached).key());
        everAttached.add(consumer);
        model.advance(broker.logTimeNs);
        model.attach(consumer.id(), broker.logTimeNs);
    }

    private void snapshotOrStart() {
        if (random.nextBoolean()) {
            broker.apply(broker.commands.nodeStarted());
            model.nodeStarted(broker.logTimeNs);
            model.advance(broker.logTimeNs);
        } else {
            final byte[] state = broker.machine.snapshot();
            for (int i = 0; i < BrokerCommandEncoder.snapshotPartCount(state); i++) {
                broker.apply(broker.commands.snapshotPart(state, i));
            }
        }
    }

    private void bury() {
        final MessageQueue queue = broker.machine.queue("q");
        final List<QueueMessage> dead =
                broker.machine.deadMessages(queue.partitions().get(0));
        if (dead.isEmpty()) {
            tick();
            return;
        }
        final long position = dead.get(0).position();
        broker.apply(broker.commands.queueBuried(queue.id(), 0, position));
        model.advance(broker.logTimeNs);
        model.bury(position);
    }

    private void deliver() {
        if (everAttached.isEmpty()) {
            attach();
            return;
        }
        final Member consumer = any(everAttached);
        final QueuePartition partition = broker.machine.queue("q").partitions().get(0);
        final boolean isAgain = random.nextInt(3) == 0 && !partition.messages().isEmpty();
        final long position =
                isAgain ? any(partition.messages()).position() : partition.cursor() + 8L * random.nextInt(3);
        broker.deliver(consumer, 0, position);
        model.advance(broker.logTimeNs);
        model.deliver(consumer.id(), position, broker.logTimeNs);
    }

    private void settle() {
        final List<QueueMessage> messages =
                broker.machine.queue("q").partitions().get(0).messages();
        if (everAttached.isEmpty() || messages.isEmpty()) {
            tick();
            return;
        }
        final QueueMessage message = any(messages);
        final Member holder = broker.machine.member(message.consumerId());
        final Member consumer = holder == null || random.nextInt(5) == 0 ? any(everAttached) : holder;
        final long position = message.position();
        final int delivery = message.delivery() - (random.nextInt(6) == 0 ? 1 : 0);
        final long delayNs = random.nextLong(BrokerFixture.LEASE_NS);
        final int what = random.nextInt(4);
        if (what < 2) {
            broker.ack(consumer, position, delivery);
        } else if (what == 2) {
            broker.nack(consumer, position, delivery, delayNs);
        } else {
            broker.apply(broker.commands.queueExtend(
                    consumer.id(), delayNs, List.of(new MessageDelivery(0, position, delivery))));
        }
        model.advance(broker.logTimeNs);
        if (what < 2) {
            model.ack(consumer.id(), position, delivery);
        } else if (what == 2) {
            model.nack(consumer.id(), position, delivery, broker.logTimeNs, delayNs);
        } else {
            model.extend(consumer.id(), position, delivery, broker.logTimeNs + delayNs);
        }
    }

    /** Owners as a client would know them: by what it was told, in the order in which it was told. */
    private void follow() {
        for (; eventsSeen < broker.events.size(); eventsSeen++) {
            final String[] words = broker.events.get(eventsSeen).split(" ");
            if (words[0].equals("assigned")) {
                final int partition = Integer.parseInt(words[3]);
                assertThat(owners).as("two owners: %s", where()).doesNotContainKey(partition);
                owners.put(partition, words[1] + "/" + words[5]);
            } else if (words[0].equals("lost") || words[0].equals("released")) {
                assertThat(owners.remove(Integer.parseInt(words[3])))
                        .as(where())
                        .startsWith(words[1] + "/");
            } else if (words[0].equals("expired") || words[0].equals("left")) {
                owners.values().removeIf(owner -> owner.startsWith(words[1] + "/"));
            }
        }
    }

    private <T> T any(final List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private String where() {
        return "seed " + seed + " step " + stepCount;
    }
}
