package io.millrace.torture.check;

import static io.millrace.torture.check.MemberEntry.Kind.ASSIGNED;
import static io.millrace.torture.check.MemberEntry.Kind.COMMITS;
import static io.millrace.torture.check.MemberEntry.Kind.COMMITTED;
import static io.millrace.torture.check.MemberEntry.Kind.END;
import static io.millrace.torture.check.MemberEntry.Kind.JOINED;
import static io.millrace.torture.check.MemberEntry.Kind.TAKEN;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plants each kind of fault in what two members of a group say, which then has to be named. */
class GroupCheckerTest {
    private static final int RECORDS = 10;

    @TempDir
    Path directory;

    private final List<MemberEntry> first = new ArrayList<>();
    private final List<MemberEntry> second = new ArrayList<>();
    private MemberFixture fixture;

    /** Member 1 takes records 0 to 4 and commits them, member 2 goes on from there to the end. */
    @BeforeEach
    void givenTwoMembers() {
        fixture = new MemberFixture(directory, RECORDS);
        first.add(entry(JOINED, 0, 0, 1, 100));
        first.add(entry(ASSIGNED, 0, 1, 1, 110));
        for (int i = 0; i < 5; i++) {
            first.add(entry(TAKEN, i, 1, 1, 120 + i));
        }
        first.add(entry(COMMITS, 5, 1, 1, 130));
        first.add(entry(COMMITTED, 5, 1, 1, 140));
        second.add(entry(JOINED, 0, 0, 2, 200));
        second.add(entry(ASSIGNED, 5, 2, 2, 210));
        for (int i = 5; i < RECORDS; i++) {
            second.add(entry(TAKEN, i, 2, 2, 220 + i));
        }
        second.add(entry(COMMITS, 9, 2, 2, 240));
        second.add(entry(COMMITTED, 9, 2, 2, 250));
        second.add(entry(END, 0, 0, 2, 260));
    }

    @Test
    void shouldFindNothingWhereAllIsInOrder() {
        final HistoryFindings findings = new HistoryFindings();

        final GroupTally tally = check(findings);

        assertThat(messages(findings)).isEmpty();
        assertThat(tally).isEqualTo(new GroupTally(RECORDS, 0, 2, 0));
    }

    @Test
    void shouldAllowWhatWasNotCommittedToComeAgain() {
        first.remove(first.size() - 1);
        second.set(1, entry(ASSIGNED, 0, 2, 2, 210));
        for (int i = 4; i >= 0; i--) {
            second.add(2, entry(TAKEN, i, 2, 2, 211));
        }
        final HistoryFindings findings = new HistoryFindings();

        assertThat(check(findings).again()).isEqualTo(5);
        assertThat(messages(findings)).isEmpty();
    }

    @Test
    void shouldNameARecordThatNobodyHasTaken() {
        second.remove(second.size() - 4);

        assertNamed("lost: no member of the group has taken: partition=0 position=" + fixture.position(9));
    }

    @Test
    void shouldNameARecordThatAMemberPassesOver() {
        second.remove(4);

        assertNamed("lost: passed over by a member: member=2 partition=0 position=" + fixture.position(8));
    }

    @Test
    void shouldNameAMemberThatBeginsBeforeWhatIsCommitted() {
        second.set(1, entry(ASSIGNED, 0, 2, 2, 210));

        assertNamed("out of order: a member joined when " + fixture.position(5) + " was committed, and begins before");
    }

    @Test
    void shouldNameARecordThatComesAgainThoughItWasCommitted() {
        second.set(1, entry(ASSIGNED, 0, 2, 2, 210));
        second.add(2, entry(TAKEN, 0, 2, 2, 211));

        assertNamed(
                "doubled: a member joined when " + fixture.position(5) + " was committed, and takes again: member=2");
    }

    @Test
    void shouldNameAMemberThatBeginsWhereNobodyHasCommitted() {
        second.set(1, entry(ASSIGNED, 7, 2, 2, 210));

        assertNamed("lost: a member begins where nobody has committed: member=2");
    }

    @Test
    void shouldNameACommitThatGoesBack() {
        second.add(entry(COMMITS, 6, 2, 2, 270));
        second.add(entry(COMMITTED, 6, 2, 2, 280));

        assertNamed("out of order: a group has committed " + fixture.position(9) + " and goes back: partition=0");
    }

    @Test
    void shouldNameACommitThatCountsAfterASuccessorWasGivenThePartition() {
        first.add(entry(COMMITS, 9, 1, 1, 270));
        first.add(entry(COMMITTED, 9, 1, 1, 280));

        assertNamed("altered: a commit counts though another one owned the partition before it was said: partition=0");
    }

    @Test
    void shouldAllowACommitThatWasSaidBeforeAnybodyKnewOfTheSuccessor() {
        first.add(entry(COMMITS, 5, 1, 1, 209));
        first.add(entry(COMMITTED, 5, 1, 1, 290));
        final HistoryFindings findings = new HistoryFindings();

        check(findings);

        assertThat(messages(findings)).isEmpty();
    }

    @Test
    void shouldNameTwoOwnersOfOneEpoch() {
        second.set(1, entry(ASSIGNED, 5, 1, 2, 210));

        assertNamed("doubled: a partition has two owners at once: member=2");
    }

    @Test
    void shouldNameARecordThatIsAltered() {
        final MemberEntry taken = second.get(3);
        second.set(
                3,
                new MemberEntry(
                        taken.kind(),
                        0,
                        taken.position(),
                        taken.number(),
                        taken.member(),
                        taken.timeNs(),
                        taken.sequence(),
                        taken.client(),
                        ~taken.checksum()));

        assertNamed("altered: a member has taken another record than the log has: member=2");
    }

    private void assertNamed(final String beginning) {
        final HistoryFindings findings = new HistoryFindings();

        check(findings);

        assertThat(messages(findings)).anyMatch(message -> message.startsWith(beginning));
    }

    private GroupTally check(final HistoryFindings findings) {
        return new GroupChecker(fixture.log(), findings).checkEntries(List.of(first, second));
    }

    private static List<String> messages(final HistoryFindings findings) {
        return findings.result(0, 0, 0, 0, GroupTally.NONE, QueueTally.NONE).messages();
    }

    private MemberEntry entry(
            final int kind, final int index, final long number, final long member, final long timeNs) {
        return fixture.entry(kind, index, number, member, timeNs);
    }
}
