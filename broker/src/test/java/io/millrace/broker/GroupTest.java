package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class GroupTest {
    private final BrokerFixture broker = new BrokerFixture();

    @BeforeEach
    void givenAGroupOnATopicOfFourPartitions() {
        broker.apply(broker.commands.groupTopic("billing", "orders", 7, 80, 80, 80, 80));
    }

    @Test
    void shouldGiveAllPartitionsToTheOnlyMemberAtOnce() {
        final Member one = broker.join("billing", 1, 0);

        assertThat(broker.ownedBy("billing", one)).containsExactly(0, 1, 2, 3);
        assertThat(broker.events).contains("assigned m1 orders 3 epoch 1 at 80");
    }

    @Test
    void shouldHandOverOnlyWhatTheNewMemberNeedsAndOnlyWhenItIsLetGo() {
        final Member one = broker.join("billing", 1, 0);

        final Member two = broker.join("billing", 2, 0);

        assertThat(broker.ownedBy("billing", one)).containsExactly(0, 1, 2, 3);
        assertThat(broker.events)
                .filteredOn(event -> event.startsWith("let go"))
                .hasSize(2);
        broker.commit(one, 0, 1, 120, true);
        assertThat(broker.ownedBy("billing", two)).containsExactly(0);
        assertThat(broker.events)
                .endsWith("committed 1 0", "released m1 orders 0", "assigned m2 orders 0 epoch 2 at 120");
    }

    @Test
    void shouldRefuseTheCommitOfAFormerOwner() {
        final Member one = broker.join("billing", 1, 0);
        broker.pass(BrokerFixture.LEASE_NS);
        final Member two = broker.join("billing", 2, 0);

        broker.commit(one, 0, 1, 4000, false);

        assertThat(broker.events).contains("expired m1").endsWith("fenced " + one.id() + " 0");
        assertThat(broker.partition("billing", 0).committedPosition()).isEqualTo(80);
        assertThat(broker.ownedBy("billing", two)).containsExactly(0, 1, 2, 3);
    }

    @Test
    void shouldBeginAnewWithATopicThatWasDeletedAndMadeAgain() {
        final Member one = broker.join("billing", 1, 0);
        broker.commit(one, 3, 1, 4000, false);

        broker.apply(broker.commands.groupTopic("billing", "orders", 7, 0, 0));
        assertThat(broker.partition("billing", 3).committedPosition()).isEqualTo(4000);

        broker.apply(broker.commands.groupTopic("billing", "orders", 9, 0, 0));

        assertThat(broker.machine.group("billing").partitions()).hasSize(2);
        assertThat(broker.partition("billing", 1).committedPosition()).isZero();
        assertThat(broker.ownedBy("billing", one)).containsExactly(0, 1);
        assertThat(broker.events).endsWith("assigned m1 orders 0 epoch 2 at 0", "assigned m1 orders 1 epoch 2 at 0");
        broker.commit(one, 0, 1, 4000, false);
        assertThat(broker.partition("billing", 0).committedPosition()).isZero();
        assertThat(broker.events).contains("lost m1 orders 3");
    }

    @Test
    void shouldRefuseACommitUnderAnOldEpochOfItsOwn() {
        final Member one = broker.join("billing", 1, 0);
        broker.apply(broker.commands.groupReset("billing", 0, 0, 8));

        broker.commit(one, 0, 1, 4000, false);

        assertThat(broker.events)
                .containsSubsequence("lost m1 orders 0", "assigned m1 orders 0 epoch 2 at 8", "fenced 1 0");
        assertThat(broker.partition("billing", 0).committedPosition()).isEqualTo(8);
    }

    @Test
    void shouldTakeAPartitionFromAMemberThatIsAliveButDoesNotLetGo() {
        final Member one = broker.join("billing", 1, 0);
        final Member two = broker.join("billing", 2, 0);
        broker.pass(BrokerFixture.LEASE_NS - 1);
        broker.apply(broker.commands.tick(one.id(), two.id()));

        broker.pass(1);
        broker.apply(broker.commands.tick());

        assertThat(broker.ownedBy("billing", two)).containsExactly(0, 1);
        assertThat(broker.events).contains("lost m1 orders 0", "lost m1 orders 1");
        assertThat(broker.machine.member(one.id())).isNotNull();
    }

    @Test
    void shouldLetTheSameMemberGoOnUnderItsKey() {
        final Member one = broker.join("billing", 1, 0);
        broker.pass(BrokerFixture.LEASE_NS / 2);

        final Member again = broker.join("billing", 1, 0);

        assertThat(again.id()).isEqualTo(one.id());
        assertThat(broker.partition("billing", 0).epoch()).isEqualTo(1);
    }

    @Test
    void shouldGiveLeasesAnewWhenANodeStarts() {
        final Member one = broker.join("billing", 1, 0);
        broker.pass(100 * BrokerFixture.LEASE_NS);

        broker.apply(broker.commands.nodeStarted());

        assertThat(broker.machine.member(one.id())).isSameAs(one);
        assertThat(broker.machine.wakeUpNs()).isLessThanOrEqualTo(broker.logTimeNs + BrokerFixture.LEASE_NS);
    }

    @Test
    void shouldNotRenewAMemberThatWasHeardTooLate() {
        final Member one = broker.join("billing", 1, 0);
        broker.pass(BrokerFixture.LEASE_NS);

        broker.apply(broker.commands.tick(one.id()));

        assertThat(broker.machine.member(one.id())).isNull();
    }

    @Test
    void shouldShareEachTopicAmongItsReadersOnly() {
        broker.apply(broker.commands.groupTopic("billing", "refunds", 8, 0, 0));
        final Member one = broker.join("billing", 1, 0);
        final Member both = broker.join("billing", 2, 0, 1);

        broker.letGoOfAll("billing");

        final Group group = broker.machine.group("billing");
        assertThat(group.partition(1, 0).ownerId()).isEqualTo(both.id());
        assertThat(group.partition(1, 1).ownerId()).isEqualTo(both.id());
        assertThat(broker.ownedBy("billing", one)).hasSize(3);
    }

    @Test
    void shouldDeleteAGroupOnlyWhenNobodyIsInIt() {
        final Member one = broker.join("billing", 1, 0);
        broker.apply(broker.commands.groupDelete("billing"));
        assertThat(broker.machine.group("billing")).isNotNull();

        broker.apply(broker.commands.leave(one.id()));
        broker.apply(broker.commands.groupDelete("billing"));

        assertThat(broker.machine.groups()).isEmpty();
    }
}
