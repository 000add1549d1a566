package io.millrace.transport.ingress;

import static io.millrace.transport.protocol.ProtocolDescriptor.HEADER_LENGTH;

import io.millrace.log.record.Outcome;
import io.millrace.transport.codec.AlterTopicEncoder;
import io.millrace.transport.codec.CreateTopicEncoder;
import io.millrace.transport.codec.DeleteTopicEncoder;
import io.millrace.transport.codec.DescribeTopicEncoder;
import io.millrace.transport.codec.ListTopicsEncoder;
import io.millrace.transport.codec.MessageHeaderEncoder;
import io.millrace.transport.protocol.TopicSettings;
import org.agrona.ExpandableArrayBuffer;

/** Turns a client's calls about topics into commands. Every call answers as {@link IngressProxy} does. One thread. */
public final class TopicCommandProxy {
    private final IngressProxy ingress;
    private final ExpandableArrayBuffer scratch = new ExpandableArrayBuffer();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final CreateTopicEncoder create = new CreateTopicEncoder();
    private final ListTopicsEncoder list = new ListTopicsEncoder();
    private final DescribeTopicEncoder describe = new DescribeTopicEncoder();
    private final AlterTopicEncoder alter = new AlterTopicEncoder();
    private final DeleteTopicEncoder delete = new DeleteTopicEncoder();

    /**
     * Creates a proxy.
     *
     * @param ingress that sends what this encodes
     */
    public TopicCommandProxy(final IngressProxy ingress) {
        this.ingress = ingress;
    }

    /**
     * Asks for a new topic.
     *
     * @param correlationId chosen by the client
     * @param name          of the topic
     * @param settings      of the topic
     * @return positive, or one of {@link Outcome}
     */
    public long create(final long correlationId, final String name, final TopicSettings settings) {
        create.wrapAndApplyHeader(scratch, 0, header)
                .partitions(settings.partitions())
                .correlationId(correlationId)
                .retentionBytes(settings.retentionBytes())
                .retentionTimeNs(settings.retentionTimeNs())
                .tombstoneRetentionNs(settings.tombstoneRetentionNs())
                .segmentLength(settings.segmentLength())
                .compaction((byte) settings.compaction())
                .durability(
                        settings.durability() == null
                                ? TopicSettings.NOT_SAID
                                : (byte) settings.durability().ordinal())
                .name(name);
        return ingress.send(scratch, HEADER_LENGTH + create.encodedLength());
    }

    /**
     * Asks for a page of the list of topics.
     *
     * @param correlationId chosen by the client
     * @param after         last name of the page before; empty for the first
     * @param hasInternal   whether those count that Millrace made for itself
     * @return positive, or one of {@link Outcome}
     */
    public long list(final long correlationId, final String after, final boolean hasInternal) {
        list.wrapAndApplyHeader(scratch, 0, header)
                .flags(hasInternal ? 1 : 0)
                .correlationId(correlationId)
                .after(after);
        return ingress.send(scratch, HEADER_LENGTH + list.encodedLength());
    }

    /**
     * Asks what a topic is.
     *
     * @param correlationId  chosen by the client
     * @param name           of the topic
     * @param firstPartition from which on partitions are described
     * @return positive, or one of {@link Outcome}
     */
    public long describe(final long correlationId, final String name, final int firstPartition) {
        describe.wrapAndApplyHeader(scratch, 0, header)
                .firstPartition(firstPartition)
                .correlationId(correlationId)
                .name(name);
        return ingress.send(scratch, HEADER_LENGTH + describe.encodedLength());
    }

    /**
     * Asks for a change of how a topic is kept.
     *
     * @param correlationId chosen by the client
     * @param name          of the topic
     * @param settings      that are to change
     * @return positive, or one of {@link Outcome}
     */
    public long alter(final long correlationId, final String name, final TopicSettings settings) {
        alter.wrapAndApplyHeader(scratch, 0, header)
                .compaction((byte) settings.compaction())
                .correlationId(correlationId)
                .retentionBytes(settings.retentionBytes())
                .retentionTimeNs(settings.retentionTimeNs())
                .tombstoneRetentionNs(settings.tombstoneRetentionNs())
                .name(name);
        return ingress.send(scratch, HEADER_LENGTH + alter.encodedLength());
    }

    /**
     * Asks for the end of a topic.
     *
     * @param correlationId chosen by the client
     * @param name          of the topic
     * @param isForced      although others need it
     * @return positive, or one of {@link Outcome}
     */
    public long delete(final long correlationId, final String name, final boolean isForced) {
        delete.wrapAndApplyHeader(scratch, 0, header)
                .isForced((short) (isForced ? 1 : 0))
                .correlationId(correlationId)
                .name(name);
        return ingress.send(scratch, HEADER_LENGTH + delete.encodedLength());
    }
}
