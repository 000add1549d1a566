package io.millrace.transport.ingress;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.record.RecordKind;
import io.millrace.transport.codec.AuthenticateEncoder;
import io.millrace.transport.codec.CloseEncoder;
import io.millrace.transport.codec.ConnectEncoder;
import io.millrace.transport.codec.KeepAliveEncoder;
import io.millrace.transport.codec.MessageHeaderEncoder;
import io.millrace.transport.codec.OpenProducerEncoder;
import io.millrace.transport.codec.PublishEncoder;
import io.millrace.transport.codec.StartKind;
import io.millrace.transport.codec.SubscribeEncoder;
import io.millrace.transport.codec.UnsubscribeEncoder;
import io.millrace.transport.protocol.Checksum;
import io.millrace.transport.protocol.CommandHandler;
import io.millrace.transport.protocol.ConnectRequest;
import io.millrace.transport.protocol.ProtocolDescriptor;
import io.millrace.transport.protocol.PublishedRecords;
import io.millrace.transport.protocol.StartPoint;
import io.millrace.transport.protocol.SubscribeRequest;
import io.millrace.transport.protocol.TopicSettings;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class IngressAdapterTest {
    private static final int CLIENT = 5;
    private static final int FIRST_RECORD_END =
            ProtocolDescriptor.PUBLISH_LENGTH + ProtocolDescriptor.PUBLISHED_RECORD_LENGTH + 8;

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
                .hasToString("connect 5 11 1 77 aeron:ipc ann test\n"
                        + "openProducer 5 12 trades feed 4\n"
                        + "publish 5 3 2\n"
                        + "record 1 9 1000 1 key value\n"
                        + "record 0 5 2000 3 \n"
                        + "subscribe 5 13 trades true true BEGIN:0 POSITION:4096\n"
                        + "keepAlive 5\n"
                        + "authenticate 5 11 [1, 2] [3]\n"
                        + "unsubscribe 5 6\n"
                        + "close 5\n");
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
    void shouldCarryOutNothingOfAMessageThatIsCutOffBeforeIt() {
        int count = 0;
        for (final byte[] message : givenMessages()) {
            for (int length = 0; length < message.length; length++) {
                final byte[] cut = Arrays.copyOf(message, length);
                assertThat(adapter.onMessage(CLIENT, new UnsafeBuffer(cut), 0, length))
                        .isTrue();
                count++;
            }
        }

        // A cut is damage like any other: what is long enough to have a checksum does not match it.
        final long reported = commands.log
                .toString()
                .lines()
                .filter(line -> line.equals("corrupt 5"))
                .count();
        assertThat(commands.log.toString().lines()).allMatch(line -> line.equals("corrupt 5"));
        assertThat(adapter.ignoredCount() + reported).isEqualTo(count);
    }

    @Test
    void shouldHandOnNoRecordOfAMessageWithAnyBitFlipped() {
        final byte[] message = publish();
        for (int i = ProtocolDescriptor.HEADER_LENGTH; i < message.length; i++) {
            commands.log.setLength(0);
            final byte[] damaged = message.clone();
            damaged[i] ^= 1;
            adapter.onMessage(CLIENT, new UnsafeBuffer(damaged), 0, damaged.length);

            assertThat(commands.log).hasToString(i < ProtocolDescriptor.COMMAND_CHECKSUM_INDEX ? "" : "corrupt 5\n");
        }
    }

    @Test
    void shouldHandOnNoRecordWhosePayloadChecksumIsWrongThoughTheMessageIsAsItWasSent() {
        final Checksum checksum = new Checksum();
        final PublishFrame frame = new PublishFrame().begin(buffer, 0);
        final int payload = frame.nextPayloadOffset();
        buffer.putStringWithoutLengthAscii(payload, "keyvalue");
        frame.add(1, RecordKind.DATA, 9, 1000, 3, 8, checksum);
        buffer.putByte(payload, (byte) 'K');
        frame.seal(42, 43, 3, checksum);

        adapter.onMessage(CLIENT, buffer, 0, frame.length());

        assertThat(commands.log).hasToString("publish 5 3 1\ncorrupt 5\n");
    }

    @Test
    void shouldReportACommandWithAnyBitFlippedBehindItsToken() {
        for (final byte[] message : givenMessages()) {
            for (int i = ProtocolDescriptor.COMMAND_CHECKSUM_INDEX; i < message.length; i++) {
                commands.log.setLength(0);
                final byte[] damaged = message.clone();
                damaged[i] ^= 0x20;
                adapter.onMessage(CLIENT, new UnsafeBuffer(damaged), 0, damaged.length);

                assertThat(commands.log.toString()).endsWith("corrupt 5\n");
            }
        }
    }

    @Test
    void shouldLookAtNoCommandWithoutTheSessionsToken() {
        commands.isSession = false;
        for (final byte[] message : givenMessages()) {
            adapter.onMessage(CLIENT, new UnsafeBuffer(message), 0, message.length);
        }

        assertThat(commands.log.toString().lines().map(line -> line.split(" ")[0]))
                .containsExactly("connect", "authenticate");
        assertThat(adapter.ignoredCount()).isEqualTo(6);
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
        connect.responseChannel("aeron:ipc").principal("ann").clientName("test");
        final byte[] message = sealed(connect.limit() + 6);

        adapter.onMessage(CLIENT, new UnsafeBuffer(message), 0, message.length);

        assertThat(commands.log).hasToString("connect 5 11 1 77 aeron:ipc ann test\n");
    }

    @Test
    void shouldReadRecordsOfANewerVersion() {
        // Eight more bytes in the block of the message and in that of each record, all of them checked.
        final byte[] message = publish();
        final byte[] newer = new byte[message.length + 24];
        final int[] from = {8 + PublishEncoder.BLOCK_LENGTH, PublishEncoder.RecordsEncoder.sbeBlockLength()};
        final int firstBlockEnd = from[0] + 4 + from[1];
        final int secondBlockEnd = FIRST_RECORD_END + from[1];
        System.arraycopy(message, 0, newer, 0, from[0]);
        System.arraycopy(message, from[0], newer, from[0] + 8, 4 + from[1]);
        System.arraycopy(message, firstBlockEnd, newer, firstBlockEnd + 16, secondBlockEnd - firstBlockEnd);
        System.arraycopy(message, secondBlockEnd, newer, secondBlockEnd + 24, message.length - secondBlockEnd);
        final UnsafeBuffer view = new UnsafeBuffer(newer);
        view.putShort(0, (short) (PublishEncoder.BLOCK_LENGTH + 8), LITTLE_ENDIAN);
        view.putShort(6, (short) 9, LITTLE_ENDIAN);
        view.putShort(from[0] + 8, (short) (from[1] + 8), LITTLE_ENDIAN);
        final int index = ProtocolDescriptor.COMMAND_CHECKED_INDEX;
        view.putInt(
                ProtocolDescriptor.COMMAND_CHECKSUM_INDEX,
                new Checksum().compute(view, 0, index, newer.length - index),
                LITTLE_ENDIAN);

        adapter.onMessage(CLIENT, view, 0, newer.length);

        assertThat(commands.log).hasToString("publish 5 3 2\nrecord 1 9 1000 1 key value\nrecord 0 5 2000 3 \n");
    }

    @Test
    void shouldIgnoreOtherSchemasAndUnknownTemplates() {
        for (final int templateId : new int[] {9, 19, 25, 35, 45, 50, 99}) {
            header.wrap(buffer, 0)
                    .blockLength(KeepAliveEncoder.BLOCK_LENGTH)
                    .templateId(templateId)
                    .schemaId(KeepAliveEncoder.SCHEMA_ID)
                    .version(0);
            final byte[] message = sealed(64);
            adapter.onMessage(CLIENT, new UnsafeBuffer(message), 0, message.length);
        }
        header.templateId(KeepAliveEncoder.TEMPLATE_ID).schemaId(1);
        adapter.onMessage(CLIENT, buffer, 0, 64);

        assertThat(commands.log).isEmpty();
        assertThat(adapter.ignoredCount()).isEqualTo(8);
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
                .responseChannel("aeron:ipc")
                .principal("ann")
                .clientName("test");
        final byte[] first = message(connect.encodedLength());
        final OpenProducerEncoder openProducer = new OpenProducerEncoder();
        openProducer
                .wrapAndApplyHeader(buffer, 0, header)
                .correlationId(12)
                .epoch(4)
                .topic("trades")
                .producerName("feed");
        final byte[] second = message(openProducer.encodedLength());
        final SubscribeEncoder subscribe = new SubscribeEncoder();
        subscribe
                .wrapAndApplyHeader(buffer, 0, header)
                .correlationId(13)
                .whenGone((short) 1)
                .readsLog((short) 1);
        subscribe
                .startsCount(2)
                .next()
                .kind(StartKind.BEGIN)
                .value(0)
                .next()
                .kind(StartKind.POSITION)
                .value(4096);
        subscribe.topic("trades");
        final byte[] fourth = message(subscribe.encodedLength());
        final KeepAliveEncoder keepAlive = new KeepAliveEncoder();
        keepAlive.wrapAndApplyHeader(buffer, 0, header);
        final byte[] fifth = message(keepAlive.encodedLength());
        final AuthenticateEncoder authenticate = new AuthenticateEncoder();
        authenticate
                .wrapAndApplyHeader(buffer, 0, header)
                .correlationId(11)
                .putClientNonce(new byte[] {1, 2}, 0, 2)
                .putProof(new byte[] {3}, 0, 1);
        final byte[] sixth = message(authenticate.encodedLength());
        final UnsubscribeEncoder unsubscribe = new UnsubscribeEncoder();
        unsubscribe.wrapAndApplyHeader(buffer, 0, header).subscription(6);
        final byte[] seventh = message(unsubscribe.encodedLength());
        final CloseEncoder close = new CloseEncoder();
        close.wrapAndApplyHeader(buffer, 0, header);
        final byte[] eighth = message(close.encodedLength());
        return List.of(first, second, publish(), fourth, fifth, sixth, seventh, eighth);
    }

    private byte[] publish() {
        final Checksum checksum = new Checksum();
        final PublishFrame frame = new PublishFrame().begin(buffer, 0);
        buffer.putStringWithoutLengthAscii(frame.nextPayloadOffset(), "keyvalue");
        frame.add(1, RecordKind.DATA, 9, 1000, 3, 8, checksum);
        assertThat(frame.length()).isEqualTo(FIRST_RECORD_END);
        frame.add(0, RecordKind.WATERMARK, 5, 2000, 0, 0, checksum);
        frame.seal(42, 43, 3, checksum);
        return Arrays.copyOf(buffer.byteArray(), frame.length());
    }

    private byte[] message(final int encodedLength) {
        return sealed(ProtocolDescriptor.HEADER_LENGTH + encodedLength);
    }

    private byte[] sealed(final int length) {
        final int index = ProtocolDescriptor.COMMAND_CHECKED_INDEX;
        buffer.putLong(ProtocolDescriptor.TOKEN_INDEX, 42, LITTLE_ENDIAN);
        buffer.putLong(ProtocolDescriptor.TOKEN_INDEX + 8, 43, LITTLE_ENDIAN);
        buffer.putInt(
                ProtocolDescriptor.COMMAND_CHECKSUM_INDEX,
                new Checksum().compute(buffer, 0, index, length - index),
                LITTLE_ENDIAN);
        return Arrays.copyOf(buffer.byteArray(), length);
    }

    private static final class Commands implements CommandHandler {
        private final StringBuilder log = new StringBuilder();
        private boolean isReady = true;
        private boolean isSession = true;

        @Override
        public boolean isSession(final int clientId, final long tokenHigh, final long tokenLow) {
            return isSession && tokenHigh == 42 && tokenLow == 43;
        }

        @Override
        public boolean onConnect(final int clientId, final ConnectRequest request) {
            return note(
                    "connect",
                    clientId,
                    request.correlationId(),
                    request.protocolVersion(),
                    request.responseStreamId(),
                    request.responseChannel(),
                    request.principal(),
                    request.clientName());
        }

        @Override
        public boolean onAuthenticate(
                final int clientId, final long correlationId, final byte[] clientNonce, final byte[] proof) {
            return note("authenticate", clientId, correlationId, Arrays.toString(clientNonce), Arrays.toString(proof));
        }

        @Override
        public boolean onOpenProducer(
                final int clientId,
                final long correlationId,
                final String topic,
                final String producerName,
                final int epoch) {
            return note("openProducer", clientId, correlationId, topic, producerName, epoch);
        }

        @Override
        public boolean onPublish(final int clientId, final PublishedRecords records) {
            note("publish", clientId, records.producer(), records.count());
            while (records.hasNext()) {
                if (!records.next()) {
                    onCorruptCommand(clientId);
                    return true;
                }
                note(
                        "record",
                        records.partition(),
                        records.sequence(),
                        records.eventTimeNs(),
                        records.kind(),
                        records.buffer().getStringWithoutLengthAscii(records.keyOffset(), records.keyLength())
                                + (records.valueLength() == 0 ? "" : " ")
                                + records.buffer()
                                        .getStringWithoutLengthAscii(records.valueOffset(), records.valueLength()));
            }
            return isReady;
        }

        @Override
        public void onCorruptCommand(final int clientId) {
            note("corrupt", clientId);
        }

        @Override
        public boolean onSubscribe(final int clientId, final SubscribeRequest request) {
            final StringBuilder starts = new StringBuilder();
            for (final StartPoint start : request.starts()) {
                starts.append(' ').append(start.kind()).append(':').append(start.value());
            }
            return note(
                    "subscribe",
                    clientId,
                    request.correlationId(),
                    request.topic(),
                    request.goesOnWhenGone() + " " + request.readsLog() + starts);
        }

        @Override
        public void onUnsubscribe(final int clientId, final int subscription) {
            note("unsubscribe", clientId, subscription);
        }

        @Override
        public void onKeepAlive(final int clientId) {
            note("keepAlive", clientId);
        }

        @Override
        public void onClose(final int clientId) {
            note("close", clientId);
        }

        @Override
        public boolean onCreateTopic(
                final int clientId, final long correlationId, final String name, final TopicSettings settings) {
            return note("createTopic", clientId, correlationId, name, settings);
        }

        @Override
        public boolean onListTopics(
                final int clientId, final long correlationId, final String after, final boolean hasInternal) {
            return note("listTopics", clientId, correlationId, after, hasInternal);
        }

        @Override
        public boolean onDescribeTopic(
                final int clientId, final long correlationId, final String name, final int firstPartition) {
            return note("describeTopic", clientId, correlationId, name, firstPartition);
        }

        @Override
        public boolean onAlterTopic(
                final int clientId, final long correlationId, final String name, final TopicSettings settings) {
            return note("alterTopic", clientId, correlationId, name, settings);
        }

        @Override
        public boolean onDeleteTopic(
                final int clientId, final long correlationId, final String name, final boolean isForced) {
            return note("deleteTopic", clientId, correlationId, name, isForced);
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
