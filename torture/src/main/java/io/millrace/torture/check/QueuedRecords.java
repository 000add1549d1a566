package io.millrace.torture.check;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * What became of the messages of one partition of a queue, held against the log. Each ends in one place: acked once, under the last number it
 * was delivered with, or in the dead-letter topic once, after as many deliveries as it may have.
 */
final class QueuedRecords {
    private static final int DELIVERY_BITS = 12;

    private final int partition;
    private final LoggedPartition log;
    private final int maxDeliveries;
    private final int[] ackedUnder;
    private final int[] lastDelivery;
    private final BitSet said = new BitSet();
    private final BitSet dead = new BitSet();
    private final Map<Long, Long> consumers = new HashMap<>();
    private long delivered;

    QueuedRecords(final int partition, final LoggedPartition log, final int maxDeliveries) {
        this.partition = partition;
        this.log = log;
        this.maxDeliveries = maxDeliveries;
        this.ackedUnder = new int[log.count()];
        this.lastDelivery = new int[log.count()];
    }

    void onDelivered(final MemberEntry entry, final HistoryFindings findings) {
        delivered++;
        final int index = log.indexOf(entry.position());
        if (index < 0) {
            findings.altered("a consumer has got what is not in the log: " + entry.describe());
            return;
        }
        if (!log.isSame(index, entry.seen())) {
            findings.altered("a consumer has got another record than the log has: " + entry.describe() + ' '
                    + log.describe(index));
        }
        if (entry.number() < 1 || entry.number() > maxDeliveries) {
            findings.doubled("delivered more often than it may: " + entry.describe() + " max=" + maxDeliveries);
        }
        final Long other = consumers.put((long) index << DELIVERY_BITS | entry.number(), entry.member());
        if (other != null) {
            findings.doubled("one delivery went out twice: " + entry.describe() + " and member=" + other);
        }
        lastDelivery[index] = Math.max(lastDelivery[index], (int) entry.number());
    }

    void onAckSaid(final MemberEntry entry) {
        final int index = log.indexOf(entry.position());
        if (index >= 0) {
            said.set(index);
        }
    }

    void onAcked(final MemberEntry entry, final HistoryFindings findings) {
        final int index = log.indexOf(entry.position());
        if (index < 0) {
            return;
        }
        if (ackedUnder[index] != 0) {
            findings.doubled("acked twice: " + entry.describe() + " and under delivery " + ackedUnder[index]);
        }
        ackedUnder[index] = (int) entry.number();
    }

    void onDeadLetter(final DeadLetterBytes letter, final HistoryFindings findings) {
        final int index = log.indexOf(letter.position());
        final String what = "partition=" + partition + " position=" + letter.position() + " reason=" + letter.reason();
        if (index < 0 || log.checksum(index) != MessageFormula.checksum(letter.key(), letter.value())) {
            findings.altered("a dead letter holds what is not in the log: " + what);
            return;
        }
        if (!letter.reason().startsWith(maxDeliveries + " deliveries,")) {
            findings.altered("dead after another number of deliveries than " + maxDeliveries + ": " + what);
        }
        if (dead.get(index)) {
            findings.doubled("two dead letters of one message: " + what);
        }
        dead.set(index);
    }

    /** Counts what has no end, and what has two. */
    void check(final QueueAudit audit, final HistoryFindings findings) {
        for (int i = 0; i < log.count(); i++) {
            final String what = "partition=" + partition + ' ' + log.describe(i);
            if (ackedUnder[i] != 0 && dead.get(i)) {
                findings.doubled("acked and a dead letter as well: " + what);
            }
            if (ackedUnder[i] != 0 && lastDelivery[i] > ackedUnder[i]) {
                findings.doubled("acked under delivery " + ackedUnder[i] + ", and delivered again as " + lastDelivery[i]
                        + ": " + what);
            }
            final boolean isAcked = audit.isWhole() ? audit.isAcked(partition, log.position(i)) : said.get(i);
            if (ackedUnder[i] == 0 && !dead.get(i) && !isAcked) {
                findings.lost("neither acked nor dead: " + what + " deliveries=" + lastDelivery[i]);
            }
            if (audit.isWhole() && ackedUnder[i] != 0 && !audit.isAcked(partition, log.position(i), ackedUnder[i])) {
                findings.altered("a consumer was told that its ack counts, and the log does not say so: " + what);
            }
        }
    }

    long delivered() {
        return delivered;
    }

    long acked() {
        return Arrays.stream(ackedUnder).filter(delivery -> delivery != 0).count();
    }

    /** Messages of which somebody has said that they are done with, and nobody knows whether that was taken. */
    long unheard() {
        return said.stream()
                .filter(index -> ackedUnder[index] == 0 && !dead.get(index))
                .count();
    }

    long dead() {
        return dead.cardinality();
    }
}
