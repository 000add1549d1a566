package io.millrace.transport.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.transport.codec.CloseEncoder;
import io.millrace.transport.codec.ConnectEncoder;
import io.millrace.transport.codec.KeepAliveEncoder;
import io.millrace.transport.codec.MessageHeaderEncoder;
import io.millrace.transport.codec.OpenProducerEncoder;
import io.millrace.transport.codec.PublishEncoder;
import io.millrace.transport.codec.SubscribeEncoder;
import io.millrace.transport.protocol.Checksum;
import io.millrace.transport.protocol.CommandHandler;
import io.millrace.transport.protocol.ProtocolDescriptor;
import io.millrace.transport.protocol.PublishedRecord;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class IngressAdapterTest {
    private static final int CLIENT = 5;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[512]);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final Commands commands = new Commands();
    private final IngressAdapter adapter = new IngressAdapter(commands);

    @Test
    void shouldTurnEveryCommandIntoItsCall() {
        for (final byte[] message : givenMessages()) {
            assertThat(adapter.onMessage(CLIENT, new UnsafeBuffer(message), 0, message.length))
                    .isTrue();
        }

        assertThat(commands.log)
                .hasToString("connect 5 11 1 77 aeron:ipc\n"
                        + "openProducer 5 42 12 trades feed\n"
                        + "publish 5 42 3 1 9 1000 1 key value\n"
                        + "subscribe 5 42 13 trades [-1, 4096]\n"
                        + "keepAlive 5 42\n"
                        + "close 5 42\n");
        assertThat(adapter.ignoredCount()).isZero();
    }

    @Test
    void shouldAskForTheSameCommandAgainWhenItIsNotTaken() {
        commands.isReady = false;
        final byte[] message = publish();

        assertThat(adapter.onMessage(CLIENT, new UnsafeBuffer(message), 0, message.length))
                .isFalse();
    }

    @Test
    void shouldIgnoreAMessageThatIsCutOffAnywhere() {
        int count = 0;
        for (final byte[] message : givenMessages()) {
            for (int length = 0; length < message.length; length++) {
                final byte[] cut = Arrays.copyOf(message, length);
                assertThat(adapter.onMessage(CLIENT, new UnsafeBuffer(cut), 0, length))
                        .isTrue();
                count++;
            }
        }

        assertThat(commands.log).isEmpty();
        assertThat(adapter.ignoredCount()).isEqualTo(count);
    }

    @Test
    void shouldReportARecordWithAnyBitFlippedAfterItsChecksum() {
        final byte[] message = publish();
        for (int i = ProtocolDescriptor.HEADER_LENGTH; i < message.length; i++) {
            final byte[] damaged = message.clone();
            damaged[i] ^= 1;
            adapter.onMessage(CLIENT, new UnsafeBuffer(damaged), 0, damaged.length);
        }

        assertThat(commands.log.toString()).doesNotContain("publish").contains("corrupt 5\n");
        final long reported = commands.log.toString().lines().count();
        assertThat(reported + adapter.ignoredCount()).isEqualTo(message.length - ProtocolDescriptor.HEADER_LENGTH);
    }

    @Test
    void shouldReadCommandsOfANewerVersion() {
        // A newer Connect has eight more bytes in its block, and a text that we do not know at its end.
        final int block = ConnectEncoder.BLOCK_LENGTH + 8;
        header.wrap(buffer, 0)
                .blockLength(block)
                .templateId(ConnectEncoder.TEMPLATE_ID)
                .schemaId(ConnectEncoder.SCHEMA_ID)
                .version(9);
        final ConnectEncoder connect = new ConnectEncoder();
        connect.wrap(buffer, 8).correlationId(11).protocolVersion(1).responseStreamId(77);
        connect.limit(8 + block);
        connect.responseChannel("aeron:ipc");

        adapter.onMessage(CLIENT, buffer, 0, connect.limit() + 6);

        assertThat(commands.log).hasToString("connect 5 11 1 77 aeron:ipc\n");
    }

    @Test
    void shouldIgnoreOtherSchemasAndUnknownTemplates() {
        header.wrap(buffer, 0)
                .blockLength(8)
                .templateId(99)
                .schemaId(KeepAliveEncoder.SCHEMA_ID)
                .version(0);
        adapter.onMessage(CLIENT, buffer, 0, 16);
        header.templateId(KeepAliveEncoder.TEMPLATE_ID).schemaId(1);
        adapter.onMessage(CLIENT, buffer, 0, 16);

        assertThat(commands.log).isEmpty();
        assertThat(adapter.ignoredCount()).isEqualTo(2);
    }

    @Test
    void shouldSurviveMutatedMessages() {
        final long seed = System.nanoTime();
        System.out.println("IngressAdapterTest seed=" + seed);
        final SplittableRandom random = new SplittableRandom(seed);
        final List<byte[]> messages = givenMessages();
        for (int i = 0; i < 200_000; i++) {
            final byte[] message = messages.get(random.nextInt(messages.size()));
            final byte[] mutated = Arrays.copyOf(message, random.nextInt(message.length + 8));
            for (int n = random.nextInt(6); n > 0 && mutated.length > 0; n--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            }
            // The buffer ends with the message: reading beyond it throws.
            assertThat(adapter.onMessage(CLIENT, new UnsafeBuffer(mutated), 0, mutated.length))
                    .isTrue();
        }
    }

    private List<byte[]> givenMessages() {
        final ConnectEncoder connect = new ConnectEncoder();
        connect.wrapAndApplyHeader(buffer, 0, header)
                .correlationId(11)
                .protocolVersion(1)
                .responseStreamId(77)
                .responseChannel("aeron:ipc");
        final byte[] first = message(connect.encodedLength());
        final OpenProducerEncoder openProducer = new OpenProducerEncoder();
        openProducer
                .wrapAndApplyHeader(buffer, 0, header)
                .session(42)
                .correlationId(12)
                .topic("trades")
                .producerName("feed");
        final byte[] second = message(openProducer.encodedLength());
        final SubscribeEncoder subscribe = new SubscribeEncoder();
        subscribe.wrapAndApplyHeader(buffer, 0, header).session(42).correlationId(13);
        subscribe.startsCount(2).next().position(-1).next().position(4096);
        subscribe.topic("trades");
        final byte[] fourth = message(subscribe.encodedLength());
        final KeepAliveEncoder keepAlive = new KeepAliveEncoder();
        keepAlive.wrapAndApplyHeader(buffer, 0, header).session(42);
        final byte[] fifth = message(keepAlive.encodedLength());
        final CloseEncoder close = new CloseEncoder();
        close.wrapAndApplyHeader(buffer, 0, header).session(42);
        final byte[] sixth = message(close.encodedLength());
        return List.of(first, second, publish(), fourth, fifth, sixth);
    }

    private byte[] publish() {
        final PublishEncoder publish = new PublishEncoder();
        publish.wrapAndApplyHeader(buffer, 0, header)
                .producerHandle(3)
                .session(42)
                .sequence(9)
                .eventTimeNs(1000)
                .partition(1)
                .keyLength(3)
                .kind((byte) 1)
                .flags((short) 0)
                .putPayload("keyvalue".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, 8);
        final int length = ProtocolDescriptor.HEADER_LENGTH + publish.encodedLength();
        final int index = ProtocolDescriptor.CHECKED_INDEX;
        publish.checksum(new Checksum().compute(buffer, index, length - index) & 0xFFFF_FFFFL);
        return message(publish.encodedLength());
    }

    private byte[] message(final int encodedLength) {
        return Arrays.copyOf(buffer.byteArray(), ProtocolDescriptor.HEADER_LENGTH + encodedLength);
    }

    private static final class Commands implements CommandHandler {
        private final StringBuilder log = new StringBuilder();
        private boolean isReady = true;

        @Override
        public boolean onConnect(
                final int clientId,
                final long correlationId,
                final int protocolVersion,
                final int responseStreamId,
                final String responseChannel) {
            return note("connect", clientId, correlationId, protocolVersion, responseStreamId, responseChannel);
        }

        @Override
        public boolean onOpenProducer(
                final int clientId,
                final long session,
                final long correlationId,
                final String topic,
                final String producerName) {
            return note("openProducer", clientId, session, correlationId, topic, producerName);
        }

        @Override
        public boolean onPublish(final int clientId, final PublishedRecord record) {
            return note(
                    "publish",
                    clientId,
                    record.session(),
                    record.producer(),
                    record.partition(),
                    record.sequence(),
                    record.eventTimeNs(),
                    record.kind(),
                    record.buffer().getStringWithoutLengthAscii(record.keyOffset(), record.keyLength()),
                    record.buffer().getStringWithoutLengthAscii(record.valueOffset(), record.valueLength()));
        }

        @Override
        public void onCorruptRecord(final int clientId) {
            note("corrupt", clientId);
        }

        @Override
        public boolean onSubscribe(
                final int clientId,
                final long session,
                final long correlationId,
                final String topic,
                final long[] startPositions) {
            return note("subscribe", clientId, session, correlationId, topic, Arrays.toString(startPositions));
        }

        @Override
        public void onKeepAlive(final int clientId, final long session) {
            note("keepAlive", clientId, session);
        }

        @Override
        public void onClose(final int clientId, final long session) {
            note("close", clientId, session);
        }

        private boolean note(final Object... words) {
            final StringBuilder line = new StringBuilder();
            for (final Object word : words) {
                line.append(line.length() == 0 ? "" : " ").append(word);
            }
            log.append(line).append('\n');
            return isReady;
        }
    }
}
