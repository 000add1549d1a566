package io.millrace.torture.check;

import io.millrace.torture.check.MemberEntry.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds against each other what the consumers of a queue wrote down, {@code consumer-*.history}, one for each life, what lies in its
 * dead-letter topic, and what the log has.
 */
final class QueueChecker {
    private final List<QueuedRecords> partitions = new ArrayList<>();
    private final QueueRules rules;
    private final HistoryFindings findings;
    private long refused;

    QueueChecker(final List<LoggedPartition> log, final QueueRules rules, final HistoryFindings findings) {
        this.rules = rules;
        this.findings = findings;
        for (int i = 0; i < log.size(); i++) {
            partitions.add(new QueuedRecords(i, log.get(i), rules.maxDeliveries()));
        }
    }

    QueueTally check(final List<Path> files, final StoreReader store) throws IOException {
        final List<MemberEntry> entries = new ArrayList<>();
        for (final Path file : files) {
            entries.addAll(MemberEntry.read(file));
        }
        final QueueAudit audit = new QueueAudit(rules, findings);
        audit.read(store);
        return check(entries, store, audit);
    }

    QueueTally check(final List<MemberEntry> entries, final StoreReader store, final QueueAudit audit) {
        entries.forEach(this::onEntry);
        final StoredTopic letters = store.topic(rules.deadLetterTopic());
        for (int i = 0; i < letters.partitions(); i++) {
            store.records(letters, i).forEachRemaining(this::onLetter);
        }
        partitions.forEach(partition -> partition.check(audit, findings));
        return new QueueTally(
                partitions.stream().mapToLong(QueuedRecords::delivered).sum(),
                partitions.stream().mapToLong(QueuedRecords::acked).sum(),
                partitions.stream().mapToLong(QueuedRecords::unheard).sum(),
                partitions.stream().mapToLong(QueuedRecords::dead).sum(),
                refused,
                audit.deliveries());
    }

    private void onEntry(final MemberEntry entry) {
        if (entry.partition() < 0 || entry.partition() >= partitions.size()) {
            findings.altered("a consumer knows a partition that is not there: " + entry.describe());
            return;
        }
        final QueuedRecords partition = partitions.get(entry.partition());
        if (entry.kind() == Kind.DELIVERED) {
            partition.onDelivered(entry, findings);
        } else if (entry.kind() == Kind.ACKS) {
            partition.onAckSaid(entry);
        } else if (entry.kind() == Kind.ACKED) {
            partition.onAcked(entry, findings);
        } else if (entry.kind() == Kind.REFUSED) {
            refused++;
        }
    }

    private void onLetter(final StoredRecord record) {
        if (record.kind() != StoredRecord.Kind.DATA) {
            return;
        }
        final DeadLetterBytes letter = DeadLetterBytes.of(record.value());
        if (letter == null || letter.partition() < 0 || letter.partition() >= partitions.size()) {
            findings.altered("in the dead-letter topic is no letter: position=" + record.position());
            return;
        }
        partitions.get(letter.partition()).onDeadLetter(letter, findings);
    }
}
