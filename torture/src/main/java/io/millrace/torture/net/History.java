package io.millrace.torture.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What a client writes down of what it did, in entries of 32 bytes, see README.md. What {@link #flush()} has written outlives the process in
 * whatever way it ends. One thread.
 */
public final class History implements AutoCloseable {
    private static final int ENTRY_LENGTH = 32;

    private static final int PUBLISHER = 1;
    private static final int SENT = 2;
    private static final int ACKNOWLEDGED = 3;
    private static final int FENCED = 4;
    private static final int SUBSCRIBER = 5;
    private static final int SEEN = 6;
    private static final int END = 7;
    private static final int CAPACITY = 2048;

    private final FileChannel file;
    private final HistoryFile entries;

    private History(final FileChannel file) {
        this.file = file;
        this.entries = new HistoryFile(file, ENTRY_LENGTH, CAPACITY);
    }

    /**
     * Opens a history to go on with it; what a killed process has left of half an entry is cut off.
     *
     * @param path of the file, made when missing.
     * @return the history.
     * @throws IOException if the file cannot be opened.
     */
    public static History open(final Path path) throws IOException {
        final FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        final long length = file.size() - file.size() % ENTRY_LENGTH;
        file.truncate(length);
        file.position(length);
        return new History(file);
    }

    /**
     * Where a subscriber stands that has written this history: the position of the last record that it has seen.
     *
     * @param partition of the topic.
     * @return position, -1 when it has seen none.
     * @throws IOException if the file cannot be read.
     */
    public long lastSeen(final int partition) throws IOException {
        final ByteBuffer entry = ByteBuffer.allocate(ENTRY_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        for (long at = file.size() - ENTRY_LENGTH; at >= 0; at -= ENTRY_LENGTH) {
            entry.clear();
            file.read(entry, at);
            if (entry.getInt(0) == SEEN && entry.getInt(4) == partition) {
                return entry.getLong(8);
            }
        }
        return -1;
    }

    /**
     * A life of a publisher begins.
     *
     * @param client number of the publisher.
     * @param life   number of the life.
     */
    public void beginPublisher(final int client, final int life) {
        add(PUBLISHER, 0, 0, life, client, 0);
        flush();
    }

    /**
     * A record is about to be handed over.
     *
     * @param partition of the topic.
     * @param sequence  in the partition.
     * @param client    number of the publisher.
     * @param checksum  CRC32C of key and value.
     */
    public void sent(final int partition, final long sequence, final int client, final int checksum) {
        add(SENT, partition, 0, sequence, client, checksum);
    }

    /**
     * All of a partition up to a sequence is acknowledged.
     *
     * @param partition of the topic.
     * @param sequence  the last one.
     */
    public void acknowledged(final int partition, final long sequence) {
        add(ACKNOWLEDGED, partition, 0, sequence, 0, 0);
    }

    /** The publisher was told that another one has taken over. */
    public void fenced() {
        add(FENCED, 0, 0, 0, 0, 0);
        flush();
    }

    /**
     * A life of a subscriber begins.
     *
     * @param client number of the subscriber.
     * @param life   number of the life.
     */
    public void beginSubscriber(final int client, final int life) {
        add(SUBSCRIBER, 0, 0, life, client, 0);
        flush();
    }

    /**
     * A record was taken.
     *
     * @param partition of the topic.
     * @param position  of the record.
     * @param sequence  that the record says it has.
     * @param client    number of the publisher that the record says it is from.
     * @param checksum  CRC32C of key and value.
     */
    public void seen(
            final int partition, final long position, final long sequence, final int client, final int checksum) {
        add(SEEN, partition, position, sequence, client, checksum);
    }

    /** The client has come to its end. */
    public void end() {
        add(END, 0, 0, 0, 0, 0);
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
            final long sequence,
            final int client,
            final int checksum) {
        entries.next()
                .putInt(kind)
                .putInt(partition)
                .putLong(position)
                .putLong(sequence)
                .putInt(client)
                .putInt(checksum);
    }
}
