package io.millrace.transport.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Durability;
import io.millrace.transport.codec.AlterTopicEncoder;
import io.millrace.transport.codec.CreateTopicEncoder;
import io.millrace.transport.codec.DeleteTopicEncoder;
import io.millrace.transport.codec.DescribeTopicEncoder;
import io.millrace.transport.codec.ListTopicsEncoder;
import io.millrace.transport.codec.MessageHeaderDecoder;
import io.millrace.transport.codec.MessageHeaderEncoder;
import io.millrace.transport.protocol.MessageResult;
import io.millrace.transport.protocol.ProtocolDescriptor;
import io.millrace.transport.protocol.TopicCommands;
import io.millrace.transport.protocol.TopicSettings;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class TopicCommandAdapterTest {
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[512]);
    private final MessageHeaderEncoder headerEncoder = new MessageHeaderEncoder();
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final Commands commands = new Commands();
    private final TopicCommandAdapter adapter = new TopicCommandAdapter(commands);

    @Test
    void shouldCarryOutEachCommand() {
        assertThat(onCommand(create("orders", (byte) 1, (byte) 1))).isEqualTo(MessageResult.DONE);
        assertThat(onCommand(list())).isEqualTo(MessageResult.DONE);
        assertThat(onCommand(describe())).isEqualTo(MessageResult.DONE);
        assertThat(onCommand(alter())).isEqualTo(MessageResult.DONE);
        assertThat(onCommand(delete())).isEqualTo(MessageResult.DONE);

        assertThat(commands.log)
                .containsExactly(
                        "create 7 11 orders " + new TopicSettings(4, 65536, Durability.POWER, 1000, 2000, 3000, 1),
                        "list 7 12 m true",
                        "describe 7 13 orders 2048",
                        "alter 7 14 orders " + TopicSettings.DEFAULTS.withRetentionBytes(5),
                        "delete 7 15 orders true");
    }

    @Test
    void shouldLetTheNodeDecideWhatWasNotSaid() {
        onCommand(create("a", (byte) TopicSettings.NOT_SAID, (byte) TopicSettings.NOT_SAID));

        assertThat(commands.log.get(0)).contains("durability=null").contains("compaction=-1");
    }

    @Test
    void shouldIgnoreADurabilityThatItDoesNotKnow() {
        assertThat(onCommand(create("a", (byte) 2, (byte) 0))).isEqualTo(MessageResult.IGNORED);
        assertThat(commands.log).isEmpty();
    }

    @Test
    void shouldComeAgainWhenTheNodeCannotTakeIt() {
        commands.isReady = false;

        assertThat(onCommand(delete())).isEqualTo(MessageResult.AGAIN);
    }

    @Test
    void shouldIgnoreEveryCommandThatEndsTooEarly() {
        final int[] lengths = {create("orders", (byte) 1, (byte) 1), list(), describe(), alter(), delete()};
        for (int message = 0; message < lengths.length; message++) {
            final int length = encode(message);
            for (int end = ProtocolDescriptor.HEADER_LENGTH; end < length; end++) {
                header.wrap(buffer, 0);
                assertThat(adapter.onCommand(7, header, buffer, ProtocolDescriptor.HEADER_LENGTH, end))
                        .as("message %d of %d bytes, cut at %d", message, length, end)
                        .isEqualTo(MessageResult.IGNORED);
            }
        }
        assertThat(commands.log).isEmpty();
    }

    private int encode(final int message) {
        return switch (message) {
            case 0 -> create("orders", (byte) 1, (byte) 1);
            case 1 -> list();
            case 2 -> describe();
            case 3 -> alter();
            default -> delete();
        };
    }

    private MessageResult onCommand(final int length) {
        header.wrap(buffer, 0);
        return adapter.onCommand(7, header, buffer, ProtocolDescriptor.HEADER_LENGTH, length);
    }

    private int create(final String name, final byte durability, final byte compaction) {
        final CreateTopicEncoder encoder = new CreateTopicEncoder();
        encoder.wrapAndApplyHeader(buffer, 0, headerEncoder)
                .partitions(4)
                .correlationId(11)
                .retentionBytes(1000)
                .retentionTimeNs(2000)
                .tombstoneRetentionNs(3000)
                .segmentLength(65536)
                .compaction(compaction)
                .durability(durability)
                .name(name);
        return ProtocolDescriptor.HEADER_LENGTH + encoder.encodedLength();
    }

    private int list() {
        final ListTopicsEncoder encoder = new ListTopicsEncoder();
        encoder.wrapAndApplyHeader(buffer, 0, headerEncoder)
                .flags(1)
                .correlationId(12)
                .after("m");
        return ProtocolDescriptor.HEADER_LENGTH + encoder.encodedLength();
    }

    private int describe() {
        final DescribeTopicEncoder encoder = new DescribeTopicEncoder();
        encoder.wrapAndApplyHeader(buffer, 0, headerEncoder)
                .firstPartition(2048)
                .correlationId(13)
                .name("orders");
        return ProtocolDescriptor.HEADER_LENGTH + encoder.encodedLength();
    }

    private int alter() {
        final AlterTopicEncoder encoder = new AlterTopicEncoder();
        encoder.wrapAndApplyHeader(buffer, 0, headerEncoder)
                .compaction((byte) TopicSettings.NOT_SAID)
                .correlationId(14)
                .retentionBytes(5)
                .retentionTimeNs(TopicSettings.NOT_SAID)
                .tombstoneRetentionNs(TopicSettings.NOT_SAID)
                .name("orders");
        return ProtocolDescriptor.HEADER_LENGTH + encoder.encodedLength();
    }

    private int delete() {
        final DeleteTopicEncoder encoder = new DeleteTopicEncoder();
        encoder.wrapAndApplyHeader(buffer, 0, headerEncoder)
                .isForced((short) 1)
                .correlationId(15)
                .name("orders");
        return ProtocolDescriptor.HEADER_LENGTH + encoder.encodedLength();
    }

    private static final class Commands implements TopicCommands {
        private final List<String> log = new ArrayList<>();
        private boolean isReady = true;

        @Override
        public boolean onCreateTopic(
                final int clientId, final long correlationId, final String name, final TopicSettings settings) {
            return note("create " + clientId + ' ' + correlationId + ' ' + name + ' ' + settings);
        }

        @Override
        public boolean onListTopics(
                final int clientId, final long correlationId, final String after, final boolean hasInternal) {
            return note("list " + clientId + ' ' + correlationId + ' ' + after + ' ' + hasInternal);
        }

        @Override
        public boolean onDescribeTopic(
                final int clientId, final long correlationId, final String name, final int firstPartition) {
            return note("describe " + clientId + ' ' + correlationId + ' ' + name + ' ' + firstPartition);
        }

        @Override
        public boolean onAlterTopic(
                final int clientId, final long correlationId, final String name, final TopicSettings settings) {
            return note("alter " + clientId + ' ' + correlationId + ' ' + name + ' ' + settings);
        }

        @Override
        public boolean onDeleteTopic(
                final int clientId, final long correlationId, final String name, final boolean isForced) {
            return note("delete " + clientId + ' ' + correlationId + ' ' + name + ' ' + isForced);
        }

        private boolean note(final String line) {
            log.add(line);
            return isReady;
        }
    }
}
