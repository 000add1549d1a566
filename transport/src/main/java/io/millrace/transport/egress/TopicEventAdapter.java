package io.millrace.transport.egress;

import static io.millrace.transport.protocol.MessageBounds.BROKEN;
import static io.millrace.transport.protocol.MessageBounds.afterBlock;
import static io.millrace.transport.protocol.MessageBounds.afterGroup;
import static io.millrace.transport.protocol.MessageBounds.afterText;
import static io.millrace.transport.protocol.MessageResult.DONE;
import static io.millrace.transport.protocol.MessageResult.IGNORED;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.millrace.log.Durability;
import io.millrace.log.TopicSpec;
import io.millrace.transport.codec.GroupSizeEncodingDecoder;
import io.millrace.transport.codec.MessageHeaderDecoder;
import io.millrace.transport.codec.TopicDescribedDecoder;
import io.millrace.transport.codec.TopicDoneDecoder;
import io.millrace.transport.codec.TopicDurability;
import io.millrace.transport.codec.TopicListDecoder;
import io.millrace.transport.protocol.MessageResult;
import io.millrace.transport.protocol.TopicDescription;
import io.millrace.transport.protocol.TopicEvents;
import io.millrace.transport.protocol.TopicSummary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

/** Turns events with a template id from 120 to 129 into calls on {@link TopicEvents}. One thread. */
final class TopicEventAdapter {
    private final TopicEvents handler;
    private final TopicDoneDecoder done = new TopicDoneDecoder();
    private final TopicListDecoder topics = new TopicListDecoder();
    private final TopicDescribedDecoder described = new TopicDescribedDecoder();

    TopicEventAdapter(final TopicEvents handler) {
        this.handler = handler;
    }

    /** Reports an event whose checksum was right; no other length in it has been looked at. */
    MessageResult onEvent(
            final MessageHeaderDecoder header, final DirectBuffer buffer, final int block, final int end) {
        return switch (header.templateId()) {
            case TopicDoneDecoder.TEMPLATE_ID -> onDone(header, buffer, block, end);
            case TopicListDecoder.TEMPLATE_ID -> onTopics(header, buffer, block, end);
            case TopicDescribedDecoder.TEMPLATE_ID -> onDescribed(header, buffer, block, end);
            default -> IGNORED;
        };
    }

    private MessageResult onDone(
            final MessageHeaderDecoder header, final DirectBuffer buffer, final int block, final int end) {
        if (afterBlock(block, header.blockLength(), TopicDoneDecoder.BLOCK_LENGTH, end) == BROKEN) {
            return IGNORED;
        }
        done.wrap(buffer, block, header.blockLength(), header.version());
        handler.onTopicDone(done.correlationId());
        return DONE;
    }

    private MessageResult onTopics(
            final MessageHeaderDecoder header, final DirectBuffer buffer, final int block, final int end) {
        final int group = afterBlock(block, header.blockLength(), TopicListDecoder.BLOCK_LENGTH, end);
        if (afterTopics(buffer, group, end) == BROKEN) {
            return IGNORED;
        }
        topics.wrap(buffer, block, header.blockLength(), header.version());
        final List<TopicSummary> page = new ArrayList<>();
        for (final TopicListDecoder.TopicsDecoder entry : topics.topics()) {
            final int partitions = entry.partitions();
            final long heldBytes = entry.heldBytes();
            final boolean isInternal = entry.isInternal() == 1;
            final Durability durability = durability(entry.durability());
            page.add(new TopicSummary(entry.name(), partitions, heldBytes, durability, isInternal));
        }
        handler.onTopics(topics.correlationId(), page, topics.hasMore() == 1);
        return DONE;
    }

    /** Walks over the group of topics, whose entries have a text each. */
    private static int afterTopics(final DirectBuffer buffer, final int group, final int end) {
        if (group == BROKEN || end - group < GroupSizeEncodingDecoder.ENCODED_LENGTH) {
            return BROKEN;
        }
        final int blockLength = buffer.getShort(group, LITTLE_ENDIAN) & 0xFFFF;
        final int count = buffer.getShort(group + Short.BYTES, LITTLE_ENDIAN) & 0xFFFF;
        int index = group + GroupSizeEncodingDecoder.ENCODED_LENGTH;
        for (int i = 0; i < count && index != BROKEN; i++) {
            index = afterText(
                    buffer, afterBlock(index, blockLength, TopicListDecoder.TopicsDecoder.sbeBlockLength(), end), end);
        }
        return index;
    }

    private MessageResult onDescribed(
            final MessageHeaderDecoder header, final DirectBuffer buffer, final int block, final int end) {
        final int group = afterBlock(block, header.blockLength(), TopicDescribedDecoder.BLOCK_LENGTH, end);
        final int name = afterGroup(buffer, group, TopicDescribedDecoder.PartitionsDecoder.sbeBlockLength(), end);
        if (afterText(buffer, afterText(buffer, name, end), end) == BROKEN) {
            return IGNORED;
        }
        described.wrap(buffer, block, header.blockLength(), header.version());
        final List<TopicDescription.PartitionRange> partitions = new ArrayList<>();
        for (final TopicDescribedDecoder.PartitionsDecoder entry : described.partitions()) {
            partitions.add(new TopicDescription.PartitionRange(
                    entry.beginPosition(), entry.endPosition(), entry.durablePosition()));
        }
        final TopicSpec spec;
        try {
            spec = spec();
        } catch (final IllegalArgumentException ex) {
            // A newer node may know of more than this end does.
            return IGNORED;
        }
        handler.onTopicDescribed(
                described.correlationId(),
                new TopicDescription(described.topicId(), spec, described.firstPartition(), partitions));
        return DONE;
    }

    private TopicSpec spec() {
        final TopicSpec spec = TopicSpec.named(described.name())
                .partitions(described.partitionCount())
                .segmentLength(described.segmentLength())
                .internal(described.isInternal() == 1)
                .durability(durability(described.durability()))
                .retentionBytes(described.retentionBytes())
                .compacted(described.isCompacted() == 1)
                .tombstoneRetention(Duration.ofNanos(described.tombstoneRetentionNs()))
                .keyHash(described.keyHash());
        return described.retentionTimeNs() == 0
                ? spec
                : spec.retentionTime(Duration.ofNanos(described.retentionTimeNs()));
    }

    private static Durability durability(final TopicDurability code) {
        return code == TopicDurability.POWER ? Durability.POWER : Durability.PROCESS;
    }
}
