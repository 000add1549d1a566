package io.millrace.node;

import io.millrace.broker.BrokerCommandEncoder;
import io.millrace.broker.BrokerEvents;
import io.millrace.broker.BrokerStateMachine;
import io.millrace.broker.codec.MessageHeaderDecoder;
import io.millrace.broker.codec.SnapshotPartDecoder;
import io.millrace.log.LogAppender;
import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import org.agrona.CloseHelper;

/**
 * The internal topic {@code __broker}: every command for groups and queues is a record here before it is applied, and is applied
 * as it is read back, with the log time that its record got. The node's agent thread is the only writer.
 *
 * <p>Now and then the whole state is written between two commands, and what lies before it is removed. A start reads the headers to
 * find the last snapshot that was written to its end, and applies what follows. The topic is made with the first command, so
 * that a store without groups and queues has none.
 */
final class BrokerLog implements AutoCloseable {
    static final String TOPIC = "__broker";
    private static final int SEGMENT_LENGTH = 4 * 1024 * 1024;
    private static final int POLL_LIMIT = 256;

    private final LogStore store;
    private final BrokerStateMachine machine;
    private final BrokerCommandEncoder commands = new BrokerCommandEncoder();
    private final long snapshotIntervalLength;
    private LogPartition partition;
    private LogAppender appender;
    private LogReader reader;
    private long snapshotEndPosition;
    private byte[] snapshot;
    private int nextPart;
    private long snapshotPosition;
    private long scannedPartPosition;

    BrokerLog(final LogStore store, final BrokerEvents events, final long snapshotIntervalLength) {
        this.store = store;
        this.machine = new BrokerStateMachine(events);
        this.snapshotIntervalLength = snapshotIntervalLength;
        if (store.hasTopic(TOPIC)) {
            open();
            replay();
        }
    }

    BrokerStateMachine machine() {
        return machine;
    }

    BrokerCommandEncoder commands() {
        return commands;
    }

    /** Says that what was committed or settled of a topic is not to outlive its records. */
    void dependsOn(final String topic) {
        open();
        store.derives(topic, TOPIC);
    }

    /**
     * Records the command that was encoded last and applies it.
     *
     * @param length of the command in bytes
     * @return positive, or {@code BACK_PRESSURED} when nothing happened and it is to be tried again
     * @throws MillraceException when the log does not take it
     */
    long execute(final int length) {
        open();
        if (snapshot != null && !writeSnapshot()) {
            return Outcome.BACK_PRESSURED;
        }
        final long position = append(length);
        if (position > 0) {
            while (reader.poll(this::apply, 1) == 0) {
                // What this thread has committed is there to be read.
                Thread.onSpinWait();
            }
            if (reader.position() - snapshotEndPosition > snapshotIntervalLength) {
                beginSnapshot();
            }
        }
        return position;
    }

    /** Writes on a snapshot that was begun, if there is one. */
    int doWork() {
        return snapshot != null && writeSnapshot() ? 1 : 0;
    }

    @Override
    public void close() {
        CloseHelper.quietClose(reader);
    }

    private void open() {
        if (partition == null) {
            partition = (store.hasTopic(TOPIC)
                            ? store.topic(TOPIC)
                            : store.createTopic(TopicSpec.named(TOPIC)
                                    .segmentLength(SEGMENT_LENGTH)
                                    .internal(true)))
                    .partition(0);
            appender = partition.appender();
            reader = partition.reader();
            snapshotEndPosition = reader.position();
        }
    }

    private long append(final int length) {
        final long position =
                appender.append(RecordKind.DATA, store.logTimeNs(), null, 0, 0, commands.buffer(), 0, length);
        if (position < 0 && position != Outcome.BACK_PRESSURED) {
            throw new MillraceException(
                    position == Outcome.STORAGE_FULL ? ErrorCode.STORAGE_FULL : ErrorCode.STORAGE_FAILED,
                    "group or queue command was not recorded: topic=" + TOPIC + " outcome=" + Outcome.name(position)
                            + " directory=" + store.directory());
        }
        return position;
    }

    private void apply(final RecordFlyweight record) {
        if (record.kind() == RecordKind.DATA) {
            machine.apply(record.buffer(), record.valueOffset(), record.valueLength(), record.logTimeNs());
        }
    }

    private void beginSnapshot() {
        snapshot = machine.snapshot();
        nextPart = 0;
        snapshotPosition = reader.position();
        writeSnapshot();
    }

    /** No command comes between two pieces; false when the log takes no more just now. */
    private boolean writeSnapshot() {
        final int count = BrokerCommandEncoder.snapshotPartCount(snapshot);
        final BrokerCommandEncoder parts = new BrokerCommandEncoder();
        for (; nextPart < count; nextPart++) {
            final int length = parts.snapshotPart(snapshot, nextPart);
            if (appender.append(RecordKind.DATA, store.logTimeNs(), null, 0, 0, parts.buffer(), 0, length) <= 0) {
                return false;
            }
        }
        snapshot = null;
        reader.seekToEnd();
        snapshotEndPosition = reader.position();
        partition.truncateBefore(snapshotPosition);
        return true;
    }

    private void replay() {
        snapshotPosition = partition.beginPosition();
        while (reader.poll(this::scan, POLL_LIMIT) > 0) {
            // to the end
        }
        reader.seek(snapshotPosition);
        snapshotEndPosition = reader.position();
        final BrokerStateMachine replayed = new BrokerStateMachine(new BrokerEvents() {});
        while (reader.poll(
                        record -> {
                            if (record.kind() == RecordKind.DATA) {
                                replayed.apply(
                                        record.buffer(),
                                        record.valueOffset(),
                                        record.valueLength(),
                                        record.logTimeNs());
                            }
                        },
                        POLL_LIMIT)
                > 0) {
            // to the end
        }
        // What happened before was told before: only the state goes on.
        final byte[] state = replayed.snapshot();
        for (int i = 0; i < BrokerCommandEncoder.snapshotPartCount(state); i++) {
            machine.apply(commands.buffer(), 0, commands.snapshotPart(state, i), 0);
        }
    }

    private void scan(final RecordFlyweight record) {
        final int block = record.valueOffset() + MessageHeaderDecoder.ENCODED_LENGTH;
        if (record.kind() != RecordKind.DATA
                || record.valueLength() < MessageHeaderDecoder.ENCODED_LENGTH + SnapshotPartDecoder.BLOCK_LENGTH) {
            return;
        }
        final MessageHeaderDecoder header = new MessageHeaderDecoder().wrap(record.buffer(), record.valueOffset());
        if (header.templateId() == SnapshotPartDecoder.TEMPLATE_ID) {
            final SnapshotPartDecoder part =
                    new SnapshotPartDecoder().wrap(record.buffer(), block, header.blockLength(), header.version());
            if (part.index() == 0) {
                scannedPartPosition = record.position();
            }
            if (part.index() == part.count() - 1) {
                snapshotPosition = scannedPartPosition;
            }
        }
    }
}
