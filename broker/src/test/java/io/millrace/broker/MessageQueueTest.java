package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class MessageQueueTest {
    private final BrokerFixture broker = new BrokerFixture();
    private Member one;
    private Member two;

    @BeforeEach
    void givenAQueueWithTwoConsumers() {
        broker.queue("work", 3, 2, 1);
        one = broker.attach("work", 1);
        two = broker.attach("work", 2);
    }

    @Test
    void shouldForgetAMessageThatWasAcked() {
        broker.deliver(one, 0, 8);

        broker.ack(one, 8, 1);

        assertThat(broker.machine.queue("work").outstandingCount()).isZero();
        assertThat(broker.machine.queue("work").partitions().get(0).floor()).isEqualTo(16);
        assertThat(broker.events).containsExactly("delivered c1 8 for the 1", "settled 8 1");
    }

    @Test
    void shouldNotDeliverAMessageTwiceAtATime() {
        broker.deliver(one, 0, 8);
        broker.deliver(two, 0, 8);

        broker.ack(one, 8, 1);
        broker.deliver(two, 0, 8);

        assertThat(broker.events).containsExactly("delivered c1 8 for the 1", "settled 8 1");
    }

    @Test
    void shouldDeliverAgainWhenTheLeaseHasPassedAndRefuseTheLateAck() {
        broker.deliver(one, 0, 8);
        broker.pass(BrokerFixture.LEASE_NS - 1);
        broker.apply(broker.commands.tick(one.id(), two.id()));
        broker.pass(1);

        broker.deliver(two, 0, 8);
        broker.ack(one, 8, 1);
        broker.ack(two, 8, 2);

        assertThat(broker.events)
                .containsExactly("delivered c1 8 for the 1", "delivered c2 8 for the 2", "refused 8 1", "settled 8 2");
        assertThat(broker.machine.queue("work").redeliveredCount()).isEqualTo(1);
    }

    @Test
    void shouldRefuseAnAckUnderAnOldNumberOfDelivery() {
        broker.deliver(one, 0, 8);
        broker.nack(one, 8, 1, 0);
        broker.deliver(one, 0, 8);

        broker.ack(one, 8, 1);

        assertThat(broker.events).endsWith("refused 8 1");
        assertThat(broker.message("work", 8).state()).isEqualTo(QueueMessage.State.HELD);
    }

    @Test
    void shouldWaitAsLongAsANackAsksFor() {
        broker.deliver(one, 0, 8);
        broker.nack(one, 8, 1, 500);

        broker.pass(499);
        broker.deliver(two, 0, 8);
        assertThat(broker.message("work", 8).state()).isEqualTo(QueueMessage.State.WAITING);
        broker.pass(1);
        broker.deliver(two, 0, 8);

        assertThat(broker.message("work", 8).consumerId()).isEqualTo(two.id());
    }

    @Test
    void shouldKeepAMessageAsLongAsItsLeaseIsExtended() {
        broker.deliver(one, 0, 8);
        broker.pass(BrokerFixture.LEASE_NS - 1);
        broker.apply(broker.commands.tick(one.id()));
        broker.apply(
                broker.commands.queueExtend(one.id(), BrokerFixture.LEASE_NS, List.of(new MessageDelivery(0, 8, 1))));
        broker.pass(BrokerFixture.LEASE_NS - 1);

        broker.ack(one, 8, 1);

        assertThat(broker.events).endsWith("settled 8 1");
    }

    @Test
    void shouldBuryAMessageThatWasDeliveredAsOftenAsItMayBe() {
        for (int delivery = 1; delivery <= 3; delivery++) {
            broker.deliver(one, 0, 8);
            broker.nack(one, 8, delivery, 0);
        }

        final MessageQueue queue = broker.machine.queue("work");
        assertThat(broker.events).contains("dead 8 letter 0 no");
        assertThat(broker.machine.deadMessages(queue.partitions().get(0))).containsExactly(broker.message("work", 8));
        broker.apply(broker.commands.queueBuried(queue.id(), 0, 8));
        assertThat(queue.outstandingCount()).isZero();
        assertThat(queue.ackedCount()).isZero();
    }

    @Test
    void shouldDeliverNothingNewWhileAsManyAreOutstandingAsMayBe() {
        broker.deliver(one, 0, 8);
        broker.deliver(one, 0, 16);
        broker.deliver(two, 0, 24);
        assertThat(broker.message("work", 24)).isNull();

        broker.ack(one, 8, 1);
        broker.deliver(two, 0, 24);

        assertThat(broker.message("work", 24)).isNotNull();
    }

    @Test
    void shouldGiveBackAtOnceWhatAConsumerHeldThatIsGone() {
        broker.deliver(one, 0, 8);
        broker.apply(broker.commands.leave(one.id()));

        broker.deliver(two, 0, 8);

        assertThat(broker.message("work", 8).delivery()).isEqualTo(2);
        assertThat(broker.message("work", 8).cause()).isEqualTo("consumer gone");
    }

    @Test
    void shouldCountAMessageThatRetentionTook() {
        broker.deliver(one, 0, 8);
        broker.nack(one, 8, 1, 0);

        broker.apply(broker.commands.queueGone(broker.machine.queue("work").id(), 0, 8));

        assertThat(broker.machine.queue("work").goneCount()).isEqualTo(1);
        assertThat(broker.message("work", 8)).isNull();
    }

    @Test
    void shouldRefuseBytesThatAreNoCommand() {
        Assertions.assertThatThrownBy(() -> broker.machine.apply(new UnsafeBuffer(new byte[12]), 0, 12, 1))
                .isInstanceOfSatisfying(
                        MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.CORRUPT));
    }
}
