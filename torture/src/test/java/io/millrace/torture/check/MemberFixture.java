package io.millrace.torture.check;

import io.millrace.log.LogContext;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.RecordKind;
import io.millrace.torture.net.Message;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** A store with a topic of one partition, a dead-letter topic and commands of a queue, all made without the classes that make them otherwise. */
final class MemberFixture {
    static final QueueRules RULES = new QueueRules("q", 3, 800);

    private static final long CONSUMER_LEASE = 1_000_000;

    private final List<LoggedPartition> log = new ArrayList<>();
    private final List<Long> positions = new ArrayList<>();
    private final List<byte[]> values = new ArrayList<>();
    private final Path directory;

    MemberFixture(final Path directory, final int records) {
        this.directory = directory;
        try (LogStore store = open()) {
            store.createTopic(TopicSpec.named("t").partitions(1));
            store.createTopic(TopicSpec.named("q.dead").partitions(1));
            store.createTopic(TopicSpec.named("__broker").partitions(1).internal(true));
            final LoggedPartition partition = new LoggedPartition();
            log.add(partition);
            final Message message = new Message();
            for (int i = 0; i < records; i++) {
                message.make(1, 1, 0, i);
                final byte[] value = new byte[message.valueLength()];
                message.buffer().getBytes(message.keyLength(), value);
                values.add(value);
                positions.add(append(store, "t", key(i), value));
                partition.add(positions.get(i), message.checksum(), 1, i);
            }
        }
    }

    List<LoggedPartition> log() {
        return log;
    }

    long position(final int index) {
        return positions.get(index);
    }

    /** An entry about record {@code index}; checksums and the like are those that the log has. */
    MemberEntry entry(final int kind, final int index, final long number, final long member, final long timeNs) {
        final LoggedPartition partition = log.get(0);
        return new MemberEntry(
                kind, 0, positions.get(index), number, member, timeNs, index, 1, partition.checksum(index));
    }

    /** Appends the letter of a message. */
    void bury(final int index, final int deliveries) {
        final ByteBuffer letter =
                ByteBuffer.allocate(2_000 + values.get(index).length).order(ByteOrder.LITTLE_ENDIAN);
        letter.putInt(1).putInt(0).putLong(positions.get(index)).putLong(0);
        for (final String text : List.of("queue q", "t", "consumer", deliveries + " deliveries, the last: poison")) {
            put(letter, text.getBytes(StandardCharsets.UTF_8));
        }
        put(letter, key(index));
        put(letter, values.get(index));
        final byte[] bytes = new byte[letter.position()];
        letter.flip().get(bytes);
        try (LogStore store = open()) {
            append(store, "q.dead", new byte[0], bytes);
        }
    }

    /** A consumer attaches; the first one is number 1. */
    StoredRecord attach(final long key, final long timeNs) {
        return command(
                BrokerCommand.QUEUE_ATTACH,
                16,
                timeNs,
                body -> body.putLong(key).putLong(CONSUMER_LEASE));
    }

    StoredRecord deliver(final long member, final int index, final long timeNs) {
        return command(
                BrokerCommand.QUEUE_DELIVER,
                8,
                timeNs,
                body -> body.putLong(member)
                        .putShort((short) 20)
                        .putShort((short) 1)
                        .putInt(0)
                        .putLong(positions.get(index))
                        .putLong(positions.get(index) + 8));
    }

    StoredRecord settle(
            final long member,
            final int settlement,
            final long delayNs,
            final int index,
            final int delivery,
            final long timeNs) {
        return command(
                BrokerCommand.QUEUE_SETTLE,
                17,
                timeNs,
                body -> body.putLong(member)
                        .putLong(delayNs)
                        .put((byte) settlement)
                        .putShort((short) 16)
                        .putShort((short) 1)
                        .putInt(0)
                        .putInt(delivery)
                        .putLong(positions.get(index)));
    }

    StoredRecord leave(final long member, final long timeNs) {
        return command(BrokerCommand.LEAVE, 8, timeNs, body -> body.putLong(member));
    }

    StoredRecord nodeStarted(final long timeNs) {
        return command(BrokerCommand.NODE_STARTED, 0, timeNs, body -> {});
    }

    StoreReader store() throws java.io.IOException {
        return StoreReader.open(directory);
    }

    private static StoredRecord command(
            final int number,
            final int blockLength,
            final long timeNs,
            final java.util.function.Consumer<ByteBuffer> body) {
        final ByteBuffer buffer = ByteBuffer.allocate(128).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putShort((short) blockLength)
                .putShort((short) number)
                .putShort((short) 7103)
                .putShort((short) 1);
        body.accept(buffer);
        return new StoredRecord(0, StoredRecord.Kind.DATA, 0, 0, timeNs, 0, new byte[0], buffer.array());
    }

    private LogStore open() {
        return LogStore.launch(new LogContext().directory(directory).segmentLength(1 << 20));
    }

    private static long append(final LogStore store, final String topic, final byte[] key, final byte[] value) {
        return store.topic(topic)
                .partition(0)
                .appender()
                .append(
                        RecordKind.DATA,
                        1,
                        new UnsafeBuffer(key),
                        0,
                        key.length,
                        new UnsafeBuffer(value),
                        0,
                        value.length);
    }

    private byte[] key(final int index) {
        final Message message = new Message();
        message.make(1, 1, 0, index);
        final byte[] key = new byte[message.keyLength()];
        message.buffer().getBytes(0, key);
        return key;
    }

    private static void put(final ByteBuffer letter, final byte[] part) {
        letter.putInt(part.length).put(part);
    }
}
