package io.millrace.transport.ingress;

import static io.millrace.transport.protocol.MessageBounds.BROKEN;
import static io.millrace.transport.protocol.MessageBounds.afterBlock;
import static io.millrace.transport.protocol.MessageBounds.afterText;
import static io.millrace.transport.protocol.MessageResult.IGNORED;

import io.millrace.log.Durability;
import io.millrace.transport.codec.AlterTopicDecoder;
import io.millrace.transport.codec.CreateTopicDecoder;
import io.millrace.transport.codec.DeleteTopicDecoder;
import io.millrace.transport.codec.DescribeTopicDecoder;
import io.millrace.transport.codec.ListTopicsDecoder;
import io.millrace.transport.codec.MessageHeaderDecoder;
import io.millrace.transport.protocol.MessageResult;
import io.millrace.transport.protocol.TopicCommands;
import io.millrace.transport.protocol.TopicSettings;
import org.agrona.DirectBuffer;

/** Turns commands with a template id from 20 to 29 into calls on {@link TopicCommands}. One thread. */
final class TopicCommandAdapter {
    private static final Durability[] DURABILITIES = Durability.values();

    private final TopicCommands handler;
    private final CreateTopicDecoder create = new CreateTopicDecoder();
    private final ListTopicsDecoder list = new ListTopicsDecoder();
    private final DescribeTopicDecoder describe = new DescribeTopicDecoder();
    private final AlterTopicDecoder alter = new AlterTopicDecoder();
    private final DeleteTopicDecoder delete = new DeleteTopicDecoder();

    TopicCommandAdapter(final TopicCommands handler) {
        this.handler = handler;
    }

    /** Carries out a command whose token and checksum were right; no other length in it has been looked at. */
    MessageResult onCommand(
            final int clientId,
            final MessageHeaderDecoder header,
            final DirectBuffer buffer,
            final int block,
            final int end) {
        return switch (header.templateId()) {
            case CreateTopicDecoder.TEMPLATE_ID -> onCreate(clientId, header, buffer, block, end);
            case ListTopicsDecoder.TEMPLATE_ID -> onList(clientId, header, buffer, block, end);
            case DescribeTopicDecoder.TEMPLATE_ID -> onDescribe(clientId, header, buffer, block, end);
            case AlterTopicDecoder.TEMPLATE_ID -> onAlter(clientId, header, buffer, block, end);
            case DeleteTopicDecoder.TEMPLATE_ID -> onDelete(clientId, header, buffer, block, end);
            default -> IGNORED;
        };
    }

    private MessageResult onCreate(
            final int clientId,
            final MessageHeaderDecoder header,
            final DirectBuffer buffer,
            final int block,
            final int end) {
        final int name = afterBlock(block, header.blockLength(), CreateTopicDecoder.BLOCK_LENGTH, end);
        if (afterText(buffer, name, end) == BROKEN) {
            return IGNORED;
        }
        create.wrap(buffer, block, header.blockLength(), header.version());
        if (create.durability() >= DURABILITIES.length) {
            return IGNORED;
        }
        final TopicSettings settings = new TopicSettings(
                create.partitions(),
                create.segmentLength(),
                create.durability() < 0 ? null : DURABILITIES[create.durability()],
                create.retentionBytes(),
                create.retentionTimeNs(),
                create.tombstoneRetentionNs(),
                create.compaction());
        return MessageResult.of(handler.onCreateTopic(clientId, create.correlationId(), create.name(), settings));
    }

    private MessageResult onList(
            final int clientId,
            final MessageHeaderDecoder header,
            final DirectBuffer buffer,
            final int block,
            final int end) {
        final int after = afterBlock(block, header.blockLength(), ListTopicsDecoder.BLOCK_LENGTH, end);
        if (afterText(buffer, after, end) == BROKEN) {
            return IGNORED;
        }
        list.wrap(buffer, block, header.blockLength(), header.version());
        return MessageResult.of(
                handler.onListTopics(clientId, list.correlationId(), list.after(), (list.flags() & 1) != 0));
    }

    private MessageResult onDescribe(
            final int clientId,
            final MessageHeaderDecoder header,
            final DirectBuffer buffer,
            final int block,
            final int end) {
        final int name = afterBlock(block, header.blockLength(), DescribeTopicDecoder.BLOCK_LENGTH, end);
        if (afterText(buffer, name, end) == BROKEN) {
            return IGNORED;
        }
        describe.wrap(buffer, block, header.blockLength(), header.version());
        return MessageResult.of(handler.onDescribeTopic(
                clientId, describe.correlationId(), describe.name(), describe.firstPartition()));
    }

    private MessageResult onAlter(
            final int clientId,
            final MessageHeaderDecoder header,
            final DirectBuffer buffer,
            final int block,
            final int end) {
        final int name = afterBlock(block, header.blockLength(), AlterTopicDecoder.BLOCK_LENGTH, end);
        if (afterText(buffer, name, end) == BROKEN) {
            return IGNORED;
        }
        alter.wrap(buffer, block, header.blockLength(), header.version());
        final TopicSettings settings = new TopicSettings(
                0,
                0,
                null,
                alter.retentionBytes(),
                alter.retentionTimeNs(),
                alter.tombstoneRetentionNs(),
                alter.compaction());
        return MessageResult.of(handler.onAlterTopic(clientId, alter.correlationId(), alter.name(), settings));
    }

    private MessageResult onDelete(
            final int clientId,
            final MessageHeaderDecoder header,
            final DirectBuffer buffer,
            final int block,
            final int end) {
        final int name = afterBlock(block, header.blockLength(), DeleteTopicDecoder.BLOCK_LENGTH, end);
        if (afterText(buffer, name, end) == BROKEN) {
            return IGNORED;
        }
        delete.wrap(buffer, block, header.blockLength(), header.version());
        return MessageResult.of(
                handler.onDeleteTopic(clientId, delete.correlationId(), delete.name(), delete.isForced() == 1));
    }
}
