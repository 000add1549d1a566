package io.millrace.torture.check;

import static io.millrace.torture.check.MemberEntry.Kind.ACKED;
import static io.millrace.torture.check.MemberEntry.Kind.ACKS;
import static io.millrace.torture.check.MemberEntry.Kind.DELIVERED;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plants each kind of fault in what consumers say and in what the log says of them, which then has to be named. */
class QueueCheckerTest {
    private static final int RECORDS = 3;

    @TempDir
    Path directory;

    private final List<MemberEntry> entries = new ArrayList<>();
    private final List<StoredRecord> commands = new ArrayList<>();
    private MemberFixture fixture;

    /**
     * Message 0 is acked by consumer 1; message 1 comes back from it when its lease has passed and is acked by consumer 2; message 2 is given
     * back by it three times.
     */
    @BeforeEach
    void givenTwoConsumers() {
        fixture = new MemberFixture(directory, RECORDS);
        commands.add(fixture.attach(77, 1_000));
        commands.add(fixture.attach(78, 1_000));
        commands.add(fixture.deliver(1, 0, 1_000));
        commands.add(fixture.deliver(1, 1, 1_000));
        commands.add(fixture.settle(1, BrokerCommand.ACK, 0, 0, 1, 1_100));
        commands.add(fixture.deliver(2, 1, 1_800));
        commands.add(fixture.settle(2, BrokerCommand.ACK, 0, 1, 2, 1_900));
        entries.add(entry(DELIVERED, 0, 1, 1));
        entries.add(entry(DELIVERED, 1, 1, 1));
        entries.add(entry(ACKS, 0, 1, 1));
        entries.add(entry(ACKED, 0, 1, 1));
        entries.add(entry(DELIVERED, 1, 2, 2));
        entries.add(entry(ACKS, 1, 2, 2));
        entries.add(entry(ACKED, 1, 2, 2));
        for (int i = 1; i <= 3; i++) {
            commands.add(fixture.deliver(2, 2, 2_000 + i * 100));
            commands.add(fixture.settle(2, BrokerCommand.NACK, 50, 2, i, 2_040 + i * 100));
            entries.add(entry(DELIVERED, 2, i, 2));
        }
    }

    @Test
    void shouldFindNothingWhereAllIsInOrder() throws IOException {
        fixture.bury(2, 3);
        final HistoryFindings findings = new HistoryFindings();

        final QueueTally tally = check(findings);

        assertThat(messages(findings)).isEmpty();
        assertThat(tally).isEqualTo(new QueueTally(6, 2, 0, 1, 0, 6));
    }

    @Test
    void shouldNameAMessageThatIsNeitherAckedNorDead() throws IOException {
        assertNamed("lost: neither acked nor dead: partition=0 position=" + fixture.position(2));
    }

    @Test
    void shouldNameAMessageThatIsAckedAndDead() throws IOException {
        fixture.bury(0, 3);
        assertNamed("doubled: acked and a dead letter as well: partition=0 position=" + fixture.position(0));
    }

    @Test
    void shouldNameTwoLettersOfOneMessage() throws IOException {
        fixture.bury(2, 3);
        fixture.bury(2, 3);
        assertNamed("doubled: two dead letters of one message: partition=0 position=" + fixture.position(2));
    }

    @Test
    void shouldNameALetterBehindTooFewDeliveries() throws IOException {
        fixture.bury(2, 2);
        assertNamed("altered: dead after another number of deliveries than 3: partition=0");
    }

    @Test
    void shouldNameADeliveryThatWentToTwoConsumers() throws IOException {
        entries.add(entry(DELIVERED, 1, 2, 1));
        assertNamed("doubled: one delivery went out twice: member=1 partition=0 position=" + fixture.position(1));
    }

    @Test
    void shouldNameADeliveryBeyondTheLastThatMayBe() throws IOException {
        entries.add(entry(DELIVERED, 2, 4, 2));
        assertNamed("doubled: delivered more often than it may: member=2");
    }

    @Test
    void shouldNameAMessageThatComesAgainThoughItWasAcked() throws IOException {
        entries.add(entry(DELIVERED, 0, 2, 2));
        assertNamed("doubled: acked under delivery 1, and delivered again as 2: partition=0");
    }

    @Test
    void shouldNameTwoAcksOfOneMessage() throws IOException {
        entries.add(entry(ACKED, 1, 1, 1));
        assertNamed("doubled: acked twice: member=1");
    }

    @Test
    void shouldNameAnAckThatTheLogDoesNotHave() throws IOException {
        commands.remove(6);
        assertNamed("altered: a consumer was told that its ack counts, and the log does not say so: partition=0");
    }

    @Test
    void shouldNameADeliveryWithinTheLeaseOfAnother() throws IOException {
        commands.set(5, fixture.deliver(2, 1, 1_799));
        assertNamed("doubled: delivered while it is HELD for another");
    }

    @Test
    void shouldNameADeliveryBeforeTheDelayIsOver() throws IOException {
        commands.set(9, fixture.deliver(2, 2, 2_180));
        assertNamed("doubled: delivered while it is WAITING for another");
    }

    @Test
    void shouldNameADeliveryAfterTheAckInTheLog() throws IOException {
        commands.add(fixture.deliver(2, 0, 9_000));
        assertNamed("doubled: delivered while it is ACKED for another");
    }

    @Test
    void shouldAllowWhatAConsumerThatLeavesHasHeld() throws IOException {
        commands.set(5, fixture.leave(1, 1_500));
        commands.add(6, fixture.deliver(2, 1, 1_500));
        fixture.bury(2, 3);
        final HistoryFindings findings = new HistoryFindings();

        check(findings);

        assertThat(messages(findings)).isEmpty();
    }

    @Test
    void shouldGiveTheLeasesAnewWhenANodeStarts() throws IOException {
        commands.add(5, fixture.nodeStarted(1_500));
        assertNamed("doubled: delivered while it is HELD for another");
    }

    private void assertNamed(final String beginning) throws IOException {
        final HistoryFindings findings = new HistoryFindings();

        check(findings);

        assertThat(messages(findings)).anyMatch(message -> message.startsWith(beginning));
    }

    private QueueTally check(final HistoryFindings findings) throws IOException {
        final QueueAudit audit = new QueueAudit(MemberFixture.RULES, findings);
        commands.forEach(audit::apply);
        return new QueueChecker(fixture.log(), MemberFixture.RULES, findings).check(entries, fixture.store(), audit);
    }

    private static List<String> messages(final HistoryFindings findings) {
        return findings.result(0, 0, 0, 0, GroupTally.NONE, QueueTally.NONE).messages();
    }

    private MemberEntry entry(final int kind, final int index, final long number, final long member) {
        return fixture.entry(kind, index, number, member, 0);
    }
}
