package io.millrace.transport.egress;

import static io.millrace.transport.protocol.ProtocolDescriptor.HEADER_LENGTH;

import io.millrace.log.TopicSpec;
import io.millrace.log.record.Outcome;
import io.millrace.transport.codec.MessageHeaderEncoder;
import io.millrace.transport.codec.TopicDescribedEncoder;
import io.millrace.transport.codec.TopicDoneEncoder;
import io.millrace.transport.codec.TopicListEncoder;
import io.millrace.transport.protocol.ProtocolDescriptor;
import io.millrace.transport.protocol.TopicDescription;
import io.millrace.transport.protocol.TopicSummary;
import java.util.List;
import org.agrona.ExpandableArrayBuffer;

/** Turns a node's answers about topics into events. Every call answers as {@link EgressProxy} does. One thread. */
public final class TopicEventProxy {
    /** Most topics of a page: their names are up to 249 bytes long, and a message 128 KiB. */
    public static final int MAX_TOPICS = 256;

    /** Most partitions of a description. */
    public static final int MAX_PARTITIONS = 2048;

    private final ExpandableArrayBuffer scratch = new ExpandableArrayBuffer();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final TopicDoneEncoder done = new TopicDoneEncoder();
    private final TopicListEncoder topics = new TopicListEncoder();
    private final TopicDescribedEncoder described = new TopicDescribedEncoder();

    /** Creates a proxy, for any number of clients. */
    public TopicEventProxy() {}

    /**
     * Tells that a topic was created, altered or deleted.
     *
     * @param egress        to the client
     * @param correlationId of its command
     * @return positive, or one of {@link Outcome}
     */
    public long done(final EgressProxy egress, final long correlationId) {
        done.wrapAndApplyHeader(scratch, 0, header).correlationId(correlationId);
        return egress.send(scratch, HEADER_LENGTH + done.encodedLength());
    }

    /**
     * Tells what topics there are.
     *
     * @param egress        to the client
     * @param correlationId of its command
     * @param page          of at most {@link #MAX_TOPICS} topics
     * @param hasMore       whether there are more behind the last one
     * @return positive, or one of {@link Outcome}
     */
    public long topics(
            final EgressProxy egress, final long correlationId, final List<TopicSummary> page, final boolean hasMore) {
        topics.wrapAndApplyHeader(scratch, 0, header)
                .hasMore((short) (hasMore ? 1 : 0))
                .correlationId(correlationId);
        final TopicListEncoder.TopicsEncoder group = topics.topicsCount(page.size());
        for (final TopicSummary topic : page) {
            group.next()
                    .partitions(topic.partitions())
                    .heldBytes(topic.heldBytes())
                    .isInternal((short) (topic.isInternal() ? 1 : 0))
                    .durability(ProtocolDescriptor.topicDurability(topic.durability()))
                    .name(topic.name());
        }
        return egress.send(scratch, HEADER_LENGTH + topics.encodedLength());
    }

    /**
     * Tells what a topic is.
     *
     * @param egress        to the client
     * @param correlationId of its command
     * @param description   with at most {@link #MAX_PARTITIONS} partitions
     * @return positive, or one of {@link Outcome}
     */
    public long described(final EgressProxy egress, final long correlationId, final TopicDescription description) {
        final TopicSpec spec = description.spec();
        described
                .wrapAndApplyHeader(scratch, 0, header)
                .topicId(description.topicId())
                .correlationId(correlationId)
                .retentionBytes(spec.retentionBytes())
                .retentionTimeNs(
                        spec.retentionTime() == null ? 0 : spec.retentionTime().toNanos())
                .tombstoneRetentionNs(spec.tombstoneRetention().toNanos())
                .partitionCount(spec.partitions())
                .firstPartition(description.firstPartition())
                .segmentLength(spec.segmentLength())
                .isCompacted((short) (spec.isCompacted() ? 1 : 0))
                .isInternal((short) (spec.isInternal() ? 1 : 0))
                .durability(ProtocolDescriptor.topicDurability(spec.durability()));
        final TopicDescribedEncoder.PartitionsEncoder group =
                described.partitionsCount(description.partitions().size());
        for (final TopicDescription.PartitionRange range : description.partitions()) {
            group.next()
                    .beginPosition(range.beginPosition())
                    .endPosition(range.endPosition())
                    .durablePosition(range.durablePosition());
        }
        described.name(spec.name()).keyHash(spec.keyHash());
        return egress.send(scratch, HEADER_LENGTH + described.encodedLength());
    }
}
