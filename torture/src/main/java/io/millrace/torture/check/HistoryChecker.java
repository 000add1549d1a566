package io.millrace.torture.check;

import io.millrace.torture.check.HistoryEntry.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Holds against each other what publishers wrote down, what the log has, and what subscribers wrote down.
 *
 * <p>A history is a file that its client appends {@link HistoryEntry entries} to: {@code publisher-*.history}, one for each life, in the
 * order of their names, and {@code subscriber-*.history}, one for each subscriber. A publisher writes what it is about to send before it
 * hands that over, and what was acknowledged when it has heard of it; so at whatever moment it is killed, all that the log can have of
 * it is written down, and no promise is that it did not hear. An entry that is cut off at the end is no entry.
 *
 * <p>A sequence that several lives have sent may be in the log from any of them, unless one was promised it: then it is that one's.
 */
public final class HistoryChecker {
    private final HistoryFindings findings = new HistoryFindings();
    private final TreeMap<Integer, TreeMap<Integer, SentRecords>> sent = new TreeMap<>();
    private final List<LoggedPartition> log = new ArrayList<>();
    private long stored;
    private long seen;
    private GroupTally group = GroupTally.NONE;
    private QueueTally queue = QueueTally.NONE;

    private HistoryChecker() {}

    /**
     * Checks a run that has come to its end.
     *
     * @param store     directory of a store that was closed in order.
     * @param topic     that was published to.
     * @param histories directory with the histories of the clients.
     * @return what was found.
     * @throws IOException if a file cannot be read.
     */
    public static HistoryResult check(final Path store, final String topic, final Path histories) throws IOException {
        return check(store, topic, histories, null);
    }

    /**
     * Checks a run that has come to its end, with a consumer group and a queue.
     *
     * @param store     directory of a store that was closed in order.
     * @param topic     that was published to.
     * @param histories directory with the histories of the clients.
     * @param rules     of the queue; null where there was neither queue nor group.
     * @return what was found.
     * @throws IOException if a file cannot be read.
     */
    public static HistoryResult check(
            final Path store, final String topic, final Path histories, final QueueRules rules) throws IOException {
        final HistoryChecker checker = new HistoryChecker();
        for (final Path file : files(histories, "publisher-")) {
            checker.readPublisher(file);
        }
        final StoreReader reader = checker.open(store);
        if (reader != null) {
            checker.readLog(reader, topic);
        }
        checker.partitions().forEach(records -> records.check(checker.findings));
        for (final Path file : files(histories, "subscriber-")) {
            checker.readSubscriber(file);
        }
        if (rules != null) {
            checker.readMembers(reader, histories, rules);
        }
        return checker.result();
    }

    // Null where it is so damaged that it cannot be opened, which is a finding.
    private StoreReader open(final Path store) throws IOException {
        try {
            return StoreReader.open(store);
        } catch (final DamagedStoreException e) {
            findings.altered("damaged: " + e.getMessage());
            return null;
        }
    }

    private void readPublisher(final Path file) throws IOException {
        int client = 0;
        int life = 0;
        for (final HistoryEntry entry : entries(file)) {
            if (entry.kind() == Kind.PUBLISHER) {
                client = entry.client();
                life = (int) entry.sequence();
            } else if (entry.kind() == Kind.SENT) {
                sent(client, entry.partition()).onSent(life, entry.sequence(), entry.checksum());
            } else if (entry.kind() == Kind.ACKNOWLEDGED) {
                sent(client, entry.partition()).onAcknowledged(life, entry.sequence(), findings);
            }
        }
    }

    private void readLog(final StoreReader store, final String name) throws IOException {
        try {
            readPartitions(store, name);
        } catch (final DamagedStoreException e) {
            findings.altered("damaged: " + e.getMessage());
        }
    }

    private void readPartitions(final StoreReader store, final String name) throws IOException {
        new StoreVerification(store, damage -> findings.altered("damaged: " + damage)).verify(Set.of());
        final StoredTopic topic = store.topic(name);
        for (int i = 0; i < topic.partitions(); i++) {
            store.sequenceGaps(topic, i).forEach(findings::altered);
            final LoggedPartition partition = new LoggedPartition();
            log.add(partition);
            final PartitionRecords records = store.records(topic, i);
            while (records.hasNext()) {
                final StoredRecord record = records.next();
                if (record.kind() == StoredRecord.Kind.DATA) {
                    readRecord(i, record, partition);
                }
            }
        }
    }

    private void readRecord(final int partition, final StoredRecord record, final LoggedPartition logged) {
        stored++;
        final MessageFormula message = MessageFormula.of(record.value());
        final int checksum = MessageFormula.checksum(record.key(), record.value());
        if (message == null || !message.makes(record.key(), record.value()) || message.partition() != partition) {
            findings.altered("in the log is what no publisher makes: partition=" + partition + " position="
                    + record.position() + " length=" + record.value().length + " message=" + message);
            logged.add(record.position(), checksum, -1, -1);
            return;
        }
        logged.add(record.position(), checksum, message.client(), message.sequence());
        sent(message.client(), partition).onStored(record, message, findings);
    }

    private void readSubscriber(final Path file) throws IOException {
        final List<SeenRecords> partitions = new ArrayList<>();
        boolean hasEnded = false;
        for (final HistoryEntry entry : entries(file)) {
            if (entry.kind() == Kind.SUBSCRIBER && partitions.isEmpty()) {
                for (int i = 0; i < log.size(); i++) {
                    partitions.add(new SeenRecords(entry.client(), i, log.get(i)));
                }
            } else if (entry.kind() == Kind.SEEN && entry.partition() < partitions.size()) {
                partitions.get(entry.partition()).onSeen(entry, findings);
            } else if (entry.kind() == Kind.SEEN) {
                findings.altered("a subscriber has seen a partition that is not there: " + entry);
            } else if (entry.kind() == Kind.END) {
                hasEnded = true;
            }
        }
        for (final SeenRecords partition : partitions) {
            partition.check(hasEnded, findings);
            seen += partition.count();
        }
    }

    private void readMembers(final StoreReader store, final Path histories, final QueueRules rules) throws IOException {
        group = new GroupChecker(log, findings).check(files(histories, "member-"));
        if (store == null) {
            return;
        }
        try {
            queue = new QueueChecker(log, rules, findings).check(files(histories, "consumer-"), store);
        } catch (final DamagedStoreException e) {
            findings.altered("damaged: " + e.getMessage());
        }
    }

    private HistoryResult result() {
        long sentCount = 0;
        long acknowledgedCount = 0;
        for (final SentRecords records : partitions()) {
            sentCount += records.sentCount();
            acknowledgedCount += records.acknowledgedCount();
        }
        return findings.result(sentCount, acknowledgedCount, stored, seen, group, queue);
    }

    private SentRecords sent(final int client, final int partition) {
        return sent.computeIfAbsent(client, key -> new TreeMap<>())
                .computeIfAbsent(partition, key -> new SentRecords(client, key));
    }

    private List<SentRecords> partitions() {
        return sent.values().stream()
                .flatMap(partitions -> partitions.values().stream())
                .toList();
    }

    private static List<Path> files(final Path directory, final String prefix) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .sorted()
                    .toList();
        }
    }

    private static List<HistoryEntry> entries(final Path file) throws IOException {
        final byte[] bytes = Files.readAllBytes(file);
        final List<HistoryEntry> entries = new ArrayList<>(bytes.length / HistoryEntry.LENGTH);
        for (int i = 0; i + HistoryEntry.LENGTH <= bytes.length; i += HistoryEntry.LENGTH) {
            entries.add(HistoryEntry.of(bytes, i));
        }
        return entries;
    }
}
