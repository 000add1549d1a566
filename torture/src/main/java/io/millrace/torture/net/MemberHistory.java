package io.millrace.torture.net;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What a life of a member of a group or of a consumer of a queue writes down, in entries of 56 bytes, see README.md. Each has the time of
 * the machine's clock that only goes forward, which is the same one in all processes, so that it can be told what came before what.
 * What {@link #flush()} has written outlives the process in whatever way it ends. One thread.
 */
public final class MemberHistory implements AutoCloseable {
    private static final int ENTRY_LENGTH = 56;

    private static final int JOINED = 1;
    private static final int ASSIGNED = 2;
    private static final int TAKEN = 3;
    private static final int COMMITS = 4;
    private static final int COMMITTED = 5;
    private static final int REFUSED = 6;
    private static final int DELIVERED = 7;
    private static final int ACKS = 8;
    private static final int ACKED = 9;
    private static final int END = 10;
    private static final int CAPACITY = 1024;

    private final HistoryFile entries;
    private long member;

    private MemberHistory(final FileChannel file) {
        this.entries = new HistoryFile(file, ENTRY_LENGTH, CAPACITY);
    }

    /**
     * Begins the history of a life.
     *
     * @param path of the file, which is not there.
     * @return the history.
     * @throws IOException if the file cannot be made.
     */
    public static MemberHistory create(final Path path) throws IOException {
        return new MemberHistory(FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    /**
     * The client is a member from now on, or another one than before.
     *
     * @param newMember number that the node knows it by.
     * @param sinceNs   before it has asked for that.
     */
    public void joined(final long newMember, final long sinceNs) {
        member = newMember;
        add(JOINED, 0, 0, 0, sinceNs, 0, 0, 0);
    }

    /**
     * A partition was given to the member.
     *
     * @param partition of the topic.
     * @param position  where it is to go on.
     * @param epoch     of the ownership.
     * @param timeNs    at which it has heard of that.
     */
    public void assigned(final int partition, final long position, final long epoch, final long timeNs) {
        add(ASSIGNED, partition, position, epoch, timeNs, 0, 0, 0);
    }

    /**
     * A record was processed.
     *
     * @param partition of the topic.
     * @param position  of the record.
     * @param epoch     of the ownership.
     * @param record    what it says it is.
     */
    public void taken(final int partition, final long position, final long epoch, final TakenRecord record) {
        add(
                TAKEN,
                partition,
                position,
                epoch,
                System.nanoTime(),
                record.sequence(),
                record.client(),
                record.checksum());
    }

    /**
     * The node is about to be told how far a partition is processed.
     *
     * @param partition of the topic.
     * @param position  of the next record.
     * @param epoch     of the ownership.
     */
    public void commits(final int partition, final long position, final long epoch) {
        add(COMMITS, partition, position, epoch, System.nanoTime(), 0, 0, 0);
    }

    /**
     * The node has taken that.
     *
     * @param partition of the topic.
     * @param position  of the next record.
     * @param epoch     of the ownership.
     */
    public void committed(final int partition, final long position, final long epoch) {
        add(COMMITTED, partition, position, epoch, System.nanoTime(), 0, 0, 0);
    }

    /** The node has refused a commit, for one partition at least. */
    public void refused() {
        add(REFUSED, 0, 0, 0, System.nanoTime(), 0, 0, 0);
    }

    /**
     * A message of a queue was handed to the consumer.
     *
     * @param partition of the topic.
     * @param position  of the message.
     * @param delivery  number of the delivery.
     * @param record    what it says it is.
     */
    public void delivered(final int partition, final long position, final int delivery, final TakenRecord record) {
        add(
                DELIVERED,
                partition,
                position,
                delivery,
                System.nanoTime(),
                record.sequence(),
                record.client(),
                record.checksum());
    }

    /**
     * The node is about to be told that a message is done with.
     *
     * @param partition of the topic.
     * @param position  of the message.
     * @param delivery  number of the delivery.
     */
    public void acks(final int partition, final long position, final int delivery) {
        add(ACKS, partition, position, delivery, System.nanoTime(), 0, 0, 0);
    }

    /**
     * The node has taken that.
     *
     * @param partition of the topic.
     * @param position  of the message.
     * @param delivery  number of the delivery.
     */
    public void acked(final int partition, final long position, final int delivery) {
        add(ACKED, partition, position, delivery, System.nanoTime(), 0, 0, 0);
    }

    /** The client has come to its end. */
    public void end() {
        add(END, 0, 0, 0, System.nanoTime(), 0, 0, 0);
        flush();
    }

    /** Writes what was added; from then on it outlives the process. */
    public void flush() {
        entries.flush();
    }

    @Override
    public void close() throws IOException {
        entries.close();
    }

    private void add(
            final int kind,
            final int partition,
            final long position,
            final long number,
            final long timeNs,
            final long sequence,
            final int client,
            final int checksum) {
        entries.next()
                .putInt(kind)
                .putInt(partition)
                .putLong(position)
                .putLong(number)
                .putLong(member)
                .putLong(timeNs)
                .putLong(sequence)
                .putInt(client)
                .putInt(checksum);
    }
}
