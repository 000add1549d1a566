package io.millrace.torture.check;

import io.millrace.torture.check.MemberEntry.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds against each other what the members of a consumer group wrote down, {@code member-*.history}, one for each life, and what the log has.
 *
 * <p>All record the time of one clock: before they ask for something, and when they have heard what came of it. So of two things it is known
 * which came first when the second was asked for after the first was heard of. That, and no more, is what the rules below go by: a
 * commit that was heard of binds whoever joins or commits afterwards, and an ownership that was heard of ends all earlier ones.
 */
final class GroupChecker {
    private final List<LoggedPartition> log;
    private final HistoryFindings findings;
    private final List<CommittedPositions> committed = new ArrayList<>();
    private final List<OwnedEpochs> epochs = new ArrayList<>();
    private final List<TakenRecords> taken = new ArrayList<>();
    private boolean hasEnded;
    private long refused;

    GroupChecker(final List<LoggedPartition> log, final HistoryFindings findings) {
        this.log = log;
        this.findings = findings;
        for (int i = 0; i < log.size(); i++) {
            committed.add(new CommittedPositions());
            epochs.add(new OwnedEpochs());
            taken.add(new TakenRecords(i, log.get(i), committed.get(i)));
        }
    }

    GroupTally check(final List<Path> files) throws IOException {
        final List<List<MemberEntry>> histories = new ArrayList<>();
        for (final Path file : files) {
            histories.add(MemberEntry.read(file));
        }
        return checkEntries(histories);
    }

    GroupTally checkEntries(final List<List<MemberEntry>> histories) {
        histories.forEach(this::readCommits);
        for (int i = 0; i < log.size(); i++) {
            committed.get(i).conclude();
            epochs.get(i).conclude();
        }
        for (int i = 0; i < log.size(); i++) {
            committed.get(i).check(i, epochs.get(i), findings);
        }
        histories.forEach(this::readTaken);
        long takenCount = 0;
        long again = 0;
        long commits = 0;
        for (int i = 0; i < log.size(); i++) {
            taken.get(i).check(hasEnded, findings);
            takenCount += taken.get(i).count();
            again += taken.get(i).again();
            commits += committed.get(i).count();
        }
        return new GroupTally(takenCount, again, commits, refused);
    }

    private void readCommits(final List<MemberEntry> history) {
        final MemberEntry[] said = new MemberEntry[log.size()];
        for (final MemberEntry entry : history) {
            if (!isKnown(entry)) {
                continue;
            }
            if (entry.kind() == Kind.ASSIGNED) {
                epochs.get(entry.partition()).onAssigned(entry, findings);
            } else if (entry.kind() == Kind.COMMITS) {
                said[entry.partition()] = entry;
                committed.get(entry.partition()).onSaid(entry.position());
            } else if (entry.kind() == Kind.COMMITTED) {
                committed
                        .get(entry.partition())
                        .onAnswered(entry.position(), entry.number(), said[entry.partition()].timeNs(), entry.timeNs());
            } else if (entry.kind() == Kind.REFUSED) {
                refused++;
            }
        }
    }

    private void readTaken(final List<MemberEntry> history) {
        taken.forEach(TakenRecords::begin);
        long joinedNs = 0;
        boolean isLast = false;
        for (final MemberEntry entry : history) {
            if (!isKnown(entry)) {
                findings.altered("a member knows a partition that is not there: " + entry.describe());
            } else if (entry.kind() == Kind.JOINED) {
                joinedNs = entry.timeNs();
            } else if (entry.kind() == Kind.ASSIGNED) {
                taken.get(entry.partition()).onAssigned(entry, joinedNs, findings);
            } else if (entry.kind() == Kind.TAKEN) {
                taken.get(entry.partition()).onTaken(entry, findings);
            } else if (entry.kind() == Kind.END) {
                isLast = true;
            }
        }
        hasEnded |= isLast;
    }

    private boolean isKnown(final MemberEntry entry) {
        return entry.partition() >= 0 && entry.partition() < log.size();
    }
}
