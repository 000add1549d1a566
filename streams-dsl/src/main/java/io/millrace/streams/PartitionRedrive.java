package io.millrace.streams;

import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.operators.output.DeadLetter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.agrona.CloseHelper;

/**
 * Sends the dead letters of one partition back.
 *
 * <p>The log drops what a producer appends again under the same sequence, but sequences have no gaps, and people choose which
 * letters they send, in any order. So what is chosen is first copied to a ledger, whose order is the order of sending: the
 * n-th record in it that goes to a partition is number n there. Once the copies are durable, the whole ledger is sent, and
 * the log drops what it holds. After a crash between the two, the next run sends what the ledger has and the partitions lack,
 * before anything else.
 *
 * <p>A record is known by where it came from, not by its letter: several operators may have failed at it.
 */
final class PartitionRedrive implements AutoCloseable {
    private final LogStore store;
    private final String producerName;
    private final boolean isDryRun;
    private final RedriveLedger ledger;
    private final Map<String, RedriveTarget> targets = new LinkedHashMap<>();
    private final Map<Origin, Long> known = new HashMap<>();
    private final Set<Origin> there = new HashSet<>();

    private long left;
    private long redriven;
    private long withoutRecord;
    private long withoutTopic;

    PartitionRedrive(final LogStore store, final LogTopic letters, final int partition, final boolean isDryRun) {
        this.store = store;
        this.producerName = "redrive/" + letters.name() + "/" + partition;
        this.isDryRun = isDryRun;
        this.ledger = new RedriveLedger(store, letters, partition, producerName, isDryRun);
    }

    // The limit is on records that were not chosen before.
    RedriveResult run(final DeadLetterTopic letters, final LetterSelection selection, final long limit) {
        left = limit;
        ledger.forEach(this::remember);
        targets.values().forEach(RedriveTarget::checkLedger);
        letters.forEach(selection, (partition, position, letter) -> choose(letter));
        if (isDryRun) {
            targets.values().forEach(target -> redriven += target.outstanding());
        } else if (targets.values().stream().anyMatch(target -> target.outstanding() > 0)) {
            store.forceNow();
            targets.values().forEach(RedriveTarget::rewind);
            ledger.forEach(this::send);
        }
        return new RedriveResult(redriven, there.size(), withoutRecord, withoutTopic);
    }

    private void remember(final DeadLetter letter) {
        final RedriveTarget target = target(letter);
        if (target != null) {
            known.put(Origin.of(letter), target.nextSequence());
        }
    }

    private void choose(final DeadLetter letter) {
        if (!letter.hasRecord()) {
            withoutRecord++;
            return;
        }
        final RedriveTarget target = target(letter);
        if (target == null || !target.takes(letter)) {
            withoutTopic++;
            return;
        }
        target.checkLedger();
        final Origin origin = Origin.of(letter);
        final Long sequence = known.get(origin);
        if (sequence != null) {
            if (target.holds(sequence)) {
                there.add(origin);
            }
            return;
        }
        if (left > 0) {
            left--;
            known.put(origin, target.nextSequence());
            ledger.append(letter);
        }
    }

    private void send(final DeadLetter letter) {
        final RedriveTarget target = target(letter);
        if (target != null && target.append(letter, target.nextSequence())) {
            redriven++;
        }
    }

    private RedriveTarget target(final DeadLetter letter) {
        if (!store.hasTopic(letter.topic())
                || letter.partition() < 0
                || letter.partition() >= store.topic(letter.topic()).partitionCount()) {
            return null;
        }
        return targets.computeIfAbsent(
                letter.topic() + "/" + letter.partition(),
                name -> new RedriveTarget(store, letter.topic(), letter.partition(), producerName, isDryRun));
    }

    @Override
    public void close() {
        CloseHelper.closeAll(targets.values());
        ledger.close();
    }

    private record Origin(String topic, int partition, long position) {
        static Origin of(final DeadLetter letter) {
            return new Origin(letter.topic(), letter.partition(), letter.position());
        }
    }
}
