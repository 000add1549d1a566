package io.millrace.torture.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** What the lives of one publisher have sent to a partition, what they were promised, and what the log has of it. */
final class SentRecords {
    private static final long NONE = -1;

    private final String name;
    private final List<Life> lives = new ArrayList<>();
    private final BitSet sent = new BitSet();
    private final BitSet acknowledged = new BitSet();
    private final BitSet stored = new BitSet();
    private long lastStored = NONE;

    SentRecords(final int client, final int partition) {
        this.name = "publisher=" + client + " partition=" + partition;
    }

    void onSent(final int life, final long sequence, final int checksum) {
        Life current = lives.isEmpty() ? null : lives.get(lives.size() - 1);
        if (current == null || current.number != life) {
            current = new Life(life, sequence);
            lives.add(current);
        }
        if (sequence != current.end() || sequence > Integer.MAX_VALUE - 1) {
            throw new IllegalStateException("a history skips from " + current.end() + ": " + name(sequence));
        }
        current.add(checksum);
        sent.set((int) sequence);
    }

    /** A promise for all up to a sequence; what an earlier life had sent may be among it. */
    void onAcknowledged(final int life, final long sequence, final HistoryFindings findings) {
        final Life current = lives.isEmpty() ? null : lives.get(lives.size() - 1);
        if (current == null || current.number != life || sequence >= current.end()) {
            findings.altered("acknowledged before it was sent: life=" + life + ' ' + name(sequence));
            return;
        }
        current.acknowledged = Math.max(current.acknowledged, sequence);
        acknowledged.set(0, (int) sequence + 1);
    }

    /** A record of this publisher lies in the log. */
    void onStored(final StoredRecord record, final MessageFormula message, final HistoryFindings findings) {
        final long sequence = message.sequence();
        final String what = name(sequence) + " position=" + record.position();
        if (sequence < 0 || sequence >= sent.length() || !isSent(message, record)) {
            findings.altered("in the log is what was not sent: life=" + message.life() + ' ' + what);
            return;
        }
        if (stored.get((int) sequence)) {
            findings.doubled("twice in the log: " + what);
            return;
        }
        if (sequence < lastStored) {
            findings.outOfOrder("in the log behind sequence " + lastStored + ": " + what);
        }
        stored.set((int) sequence);
        lastStored = Math.max(lastStored, sequence);
        final int checksum = MessageFormula.checksum(record.key(), record.value());
        for (final Life life : lives) {
            if (life.isPromised(sequence) && life.checksum(sequence) != checksum) {
                findings.altered("the log has what life " + message.life() + " sent, life " + life.number
                        + " was promised its own: " + what);
            }
        }
    }

    /** Counts what is not there, when all of the log has been looked at. */
    void check(final HistoryFindings findings) {
        for (int i = acknowledged.nextSetBit(0); i >= 0; i = acknowledged.nextSetBit(i + 1)) {
            if (!stored.get(i)) {
                findings.lost("acknowledged and not in the log: " + name(i));
            }
        }
        for (int i = stored.nextClearBit(0); i < lastStored; i = stored.nextClearBit(i + 1)) {
            if (!acknowledged.get(i)) {
                findings.lost("left out, with later ones in the log: " + name(i));
            }
        }
    }

    long sentCount() {
        return sent.cardinality();
    }

    long acknowledgedCount() {
        return acknowledged.cardinality();
    }

    private boolean isSent(final MessageFormula message, final StoredRecord record) {
        final int checksum = MessageFormula.checksum(record.key(), record.value());
        for (final Life life : lives) {
            if (life.has(message.sequence()) && life.checksum(message.sequence()) == checksum) {
                return true;
            }
        }
        return false;
    }

    private String name(final long sequence) {
        return name + " sequence=" + sequence;
    }

    /** What one process, or one connection of it, has sent; numbers that follow each other. */
    private static final class Life {
        private final int number;
        private final long first;
        private int[] checksums = new int[64];
        private int count;
        private long acknowledged = NONE;

        private Life(final int number, final long first) {
            this.number = number;
            this.first = first;
        }

        private void add(final int checksum) {
            if (count == checksums.length) {
                checksums = Arrays.copyOf(checksums, count * 2);
            }
            checksums[count++] = checksum;
        }

        private long end() {
            return first + count;
        }

        private boolean has(final long sequence) {
            return sequence >= first && sequence < end();
        }

        private boolean isPromised(final long sequence) {
            return has(sequence) && sequence <= acknowledged;
        }

        private int checksum(final long sequence) {
            return checksums[(int) (sequence - first)];
        }
    }
}
