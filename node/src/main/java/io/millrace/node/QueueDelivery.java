package io.millrace.node;

import io.millrace.broker.Member;
import io.millrace.broker.MessagePlace;
import io.millrace.broker.MessageQueue;
import io.millrace.broker.QueueMessage;
import io.millrace.broker.QueuePartition;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.ProducerAppender;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.output.DeadLetter;
import io.millrace.operators.output.DeadLetterCodec;
import io.millrace.transport.egress.EgressProxy;
import io.millrace.transport.egress.GroupEventProxy;
import io.millrace.transport.protocol.DeliveredMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.CloseHelper;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Chooses which message goes to which consumer, sends it once that is recorded, and writes dead letters. The node's agent thread.
 *
 * <p>A dead letter is appended under its own number by a producer that belongs to the queue, and only then the message is recorded as
 * buried: a node that dies in between appends it again after its start, and the log drops what it holds.
 */
final class QueueDelivery implements AutoCloseable {
    private static final int BATCH = 32;
    private static final long INTERVAL_NS = TimeUnit.MICROSECONDS.toNanos(500);

    private final LogStore store;
    private final Broker broker;
    private final Long2ObjectHashMap<QueueReaders> readers = new Long2ObjectHashMap<>();
    private final DeadLetterCodec codec = new DeadLetterCodec();
    private final ExpandableArrayBuffer letterBuffer = new ExpandableArrayBuffer();
    private final List<MessagePlace> chosen = new ArrayList<>();
    private long deadlineNs;
    private int firstConsumer;
    private boolean mayHaveDead = true;

    QueueDelivery(final LogStore store, final Broker broker) {
        this.store = store;
        this.broker = broker;
    }

    int doWork(final long nowNs) {
        if (nowNs - deadlineNs < 0 || broker.machine().queues().isEmpty()) {
            return 0;
        }
        deadlineNs = nowNs + INTERVAL_NS;
        int workCount = 0;
        if (mayHaveDead) {
            mayHaveDead = !buryAll();
            workCount++;
        }
        firstConsumer = (firstConsumer + 1) & 0xFFFF;
        for (final MessageQueue queue : broker.machine().queues()) {
            if (!queue.consumers().isEmpty() && store.hasTopic(queue.topic())) {
                workCount += deliver(queue);
            }
        }
        return workCount;
    }

    /** Somewhere there is a message to be buried. */
    void onDead() {
        mayHaveDead = true;
    }

    void forget(final MessageQueue queue) {
        CloseHelper.quietClose(readers.remove(queue.id()));
    }

    /** Sends a message that its consumer holds by now. */
    void send(final Member consumer, final MessageQueue queue, final int partition, final QueueMessage message) {
        final MemberLink link = broker.link(consumer.id());
        if (link != null) {
            final DeliveredMessage which =
                    new DeliveredMessage(consumer.id(), partition, message.position(), message.delivery());
            final QueueReaders ofQueue = readers(queue);
            final int[] sent = {0};
            link.tell(egress -> send(egress, which, ofQueue, sent));
        }
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(readers.values());
        readers.clear();
    }

    private long send(
            final EgressProxy egress, final DeliveredMessage which, final QueueReaders ofQueue, final int[] sent) {
        final long[] result = {1};
        final boolean isThere = ofQueue.read(which.partition(), which.position(), record -> {
            while (sent[0] < record.length() && result[0] > 0) {
                final int length = Math.min(GroupEventProxy.maxPieceLength(egress), record.length() - sent[0]);
                result[0] = broker.proxy()
                        .message(egress, which, record.buffer(), record.offset(), record.length(), sent[0], length);
                sent[0] += result[0] > 0 ? length : 0;
            }
        });
        // What is gone is not sent: its lease passes, and then it is counted as gone.
        return isThere ? result[0] : 1;
    }

    private int deliver(final MessageQueue queue) {
        final List<Member> consumers = queue.consumers();
        int workCount = 0;
        for (int i = 0; i < consumers.size(); i++) {
            final Member consumer = consumers.get((firstConsumer + i) % consumers.size());
            final MemberLink link = broker.link(consumer.id());
            if (link != null && link.isOpen()) {
                final int room = Math.min(BATCH, link.credit() - queue.heldCount(consumer.id()));
                choose(queue, Math.min(room, queue.maxOutstanding()));
                if (chosen.isEmpty()) {
                    continue;
                }
                workCount += chosen.size();
                if (!broker.execute(broker.commands().queueDeliver(consumer.id(), chosen))) {
                    return workCount;
                }
            }
        }
        return workCount;
    }

    /** Those that come back go first, so that a message is not overtaken longer than it has to be. */
    private void choose(final MessageQueue queue, final int limit) {
        chosen.clear();
        if (limit <= 0) {
            return;
        }
        final QueueReaders ofQueue = readers(queue);
        final long logTimeNs = store.logTimeNs();
        for (final QueuePartition partition : queue.partitions()) {
            for (final QueueMessage message : partition.ready(logTimeNs, limit - chosen.size())) {
                if (ofQueue.isGone(partition.index(), message.position())) {
                    broker.execute(broker.commands().queueGone(queue.id(), partition.index(), message.position()));
                } else {
                    chosen.add(new MessagePlace(partition.index(), message.position(), message.nextPosition()));
                }
            }
        }
        int free = queue.maxOutstanding() - queue.outstandingCount();
        final int count = queue.partitions().size();
        int exhausted = 0;
        for (int i = 0; i < count; i++) {
            ofQueue.begin(i, queue.partitions().get(i).cursor());
        }
        for (int i = firstConsumer; exhausted < count && free > 0 && chosen.size() < limit; i++) {
            final int partition = i % count;
            if (ofQueue.choose(partition)) {
                chosen.add(new MessagePlace(partition, ofQueue.position(), ofQueue.nextPosition()));
                free--;
                exhausted = 0;
            } else {
                exhausted++;
            }
        }
    }

    /** Whether nothing is left that has to wait. */
    private boolean buryAll() {
        for (final MessageQueue queue : broker.machine().queues()) {
            if (!store.hasTopic(queue.topic()) || !store.hasTopic(queue.deadLetterTopic())) {
                // Somebody has deleted it; what is dead waits until the queue is deleted, too.
                continue;
            }
            for (final QueuePartition partition : queue.partitions()) {
                for (final QueueMessage message : broker.machine().deadMessages(partition)) {
                    if (!bury(queue, partition, message)) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private boolean bury(final MessageQueue queue, final QueuePartition partition, final QueueMessage message) {
        final int index = partition.index();
        final LogTopic letters = store.topic(queue.deadLetterTopic());
        final DeadLetter letter = letter(queue, index, message);
        final int length = codec.encodedLength(letter);
        codec.encode(letter, letterBuffer, 0);
        final int producerId = store.producerId("__queue/" + queue.name() + '/' + queue.id());
        try (ProducerAppender appender = letters.partition(index).producer(producerId)) {
            final long result = appender.append(
                    message.letterNumber(),
                    RecordKind.DATA,
                    letter.eventTimeNs(),
                    new UnsafeBuffer(letter.key()),
                    0,
                    letter.key().length,
                    letterBuffer,
                    0,
                    length);
            if (result == Outcome.BACK_PRESSURED) {
                return false;
            }
            if (result < 0 && result != Outcome.DUPLICATE) {
                throw new MillraceException(
                        ErrorCode.STORAGE_FAILED,
                        "dead letter was not appended: queue=" + queue.name() + " topic=" + letters.name()
                                + " partition=" + index + " outcome=" + Outcome.name(result));
            }
        }
        return broker.execute(broker.commands().queueBuried(queue.id(), index, message.position()));
    }

    private DeadLetter letter(final MessageQueue queue, final int partition, final QueueMessage message) {
        final String why = message.delivery() + " deliveries, the last: " + message.cause();
        final DeadLetter[] letter = new DeadLetter[1];
        readers(queue)
                .read(
                        partition,
                        message.position(),
                        record -> letter[0] = new DeadLetter(
                                "queue " + queue.name(),
                                queue.topic(),
                                partition,
                                message.position(),
                                record.eventTimeNs(),
                                "consumer",
                                why,
                                bytes(record, record.keyOffset(), record.keyLength()),
                                bytes(record, record.valueOffset(), record.valueLength())));
        return letter[0] != null
                ? letter[0]
                : new DeadLetter(
                        "queue " + queue.name(),
                        queue.topic(),
                        partition,
                        message.position(),
                        message.sinceNs(),
                        "consumer",
                        why
                                + (readers(queue).isGone(partition, message.position())
                                        ? "; retention has removed the record"
                                        : "; the record is damaged"),
                        new byte[0],
                        null);
    }

    private static byte[] bytes(final RecordFlyweight record, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        record.buffer().getBytes(offset, bytes);
        return bytes;
    }

    private QueueReaders readers(final MessageQueue queue) {
        QueueReaders ofQueue = readers.get(queue.id());
        if (ofQueue == null) {
            ofQueue = new QueueReaders(store.topic(queue.topic()), queue);
            readers.put(queue.id(), ofQueue);
        }
        return ofQueue;
    }
}
