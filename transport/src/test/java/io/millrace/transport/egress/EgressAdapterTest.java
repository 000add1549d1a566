package io.millrace.transport.egress;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Durability;
import io.millrace.log.error.ErrorCode;
import io.millrace.transport.codec.AcknowledgeEncoder;
import io.millrace.transport.codec.ChallengeEncoder;
import io.millrace.transport.codec.ConnectedEncoder;
import io.millrace.transport.codec.DeliverEncoder;
import io.millrace.transport.codec.KeyHashKind;
import io.millrace.transport.codec.MessageHeaderEncoder;
import io.millrace.transport.codec.PositionGoneEncoder;
import io.millrace.transport.codec.ProducerOpenedEncoder;
import io.millrace.transport.codec.ReadableEncoder;
import io.millrace.transport.codec.RefusedEncoder;
import io.millrace.transport.codec.RejectedEncoder;
import io.millrace.transport.codec.SubscriptionOpenedEncoder;
import io.millrace.transport.codec.TopicDurability;
import io.millrace.transport.protocol.Checksum;
import io.millrace.transport.protocol.ConnectedSession;
import io.millrace.transport.protocol.DeliveredFrames;
import io.millrace.transport.protocol.EventHandler;
import io.millrace.transport.protocol.OpenedProducer;
import io.millrace.transport.protocol.ProtocolDescriptor;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class EgressAdapterTest {
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[512]);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final Events events = new Events();
    private final EgressAdapter adapter = new EgressAdapter(events);

    @Test
    void shouldTurnEveryEventIntoItsCall() {
        for (final byte[] message : givenMessages()) {
            assertThat(adapter.onMessage(new UnsafeBuffer(message), 0, message.length))
                    .isTrue();
        }

        assertThat(events.log)
                .hasToString("connected 11 42 43 1 7 8 9 /data [1]\n"
                        + "refused 12 UNKNOWN_TOPIC no such topic\n"
                        + "producerOpened 13 1 7 2 1000 POWER 1 [-1, 5]\n"
                        + "acknowledge 1 0 9\n"
                        + "subscriptionOpened 14 2 PROCESS [4096, 8192]\n"
                        + "deliver 2 1 4096 4104 3 frames\n"
                        + "challenge 11 [5, 6]\n"
                        + "rejected 12 FENCED newer\n"
                        + "gone 2 1 64 128 true\n"
                        + "readable 2 1 256\n");
        assertThat(adapter.ignoredCount()).isZero();
    }

    @Test
    void shouldIgnoreAMessageThatIsCutOffAnywhere() {
        for (final byte[] message : givenMessages()) {
            for (int length = 0; length < message.length; length++) {
                final byte[] cut = Arrays.copyOf(message, length);
                adapter.onMessage(new UnsafeBuffer(cut), 0, length);
            }
        }

        assertThat(events.log.toString().lines()).containsOnly("corrupt");
    }

    @Test
    void shouldReportAnEventWithAnyBitFlippedButThoseThatSayWhoseItIs() {
        for (final byte[] message : givenMessages()) {
            for (int i = 2; i < message.length; i++) {
                if (i == 4 || i == 5) {
                    // The id of the schema: with another one it is not ours to look at.
                    continue;
                }
                events.log.setLength(0);
                final byte[] damaged = message.clone();
                damaged[i] ^= 0x40;
                adapter.onMessage(new UnsafeBuffer(damaged), 0, damaged.length);

                assertThat(events.log).hasToString("corrupt\n");
            }
        }
    }

    @Test
    void shouldReadEventsOfANewerVersionAndIgnoreUnknownOnes() {
        final int block = AcknowledgeEncoder.BLOCK_LENGTH + 8;
        for (final int templateId : new int[] {AcknowledgeEncoder.TEMPLATE_ID, 119, 125, 139, 145, 155, 199}) {
            header.wrap(buffer, 0)
                    .blockLength(block)
                    .templateId(templateId)
                    .schemaId(AcknowledgeEncoder.SCHEMA_ID)
                    .version(9);
            new AcknowledgeEncoder()
                    .wrap(buffer, 8)
                    .producerHandle(1)
                    .sequence(9)
                    .partition(0);
            final byte[] message = message(block + 6);
            adapter.onMessage(new UnsafeBuffer(message), 0, message.length);
        }

        assertThat(events.log).hasToString("acknowledge 1 0 9\n");
        assertThat(adapter.ignoredCount()).isEqualTo(6);
    }

    @Test
    void shouldHearARefusalWhoseCodeItDoesNotKnow() {
        final byte[] message = givenMessages().get(1);
        message[ProtocolDescriptor.HEADER_LENGTH + RefusedEncoder.codeEncodingOffset()] = (byte) 200;
        buffer.putBytes(0, message);
        final byte[] sealed = message(message.length - ProtocolDescriptor.HEADER_LENGTH);

        adapter.onMessage(new UnsafeBuffer(sealed), 0, sealed.length);

        assertThat(events.log).hasToString("refused 12 INTERNAL no such topic\n");
    }

    @Test
    void shouldCarryEveryErrorCodeThereAndBack() {
        for (final ErrorCode code : ErrorCode.values()) {
            assertThat(ProtocolDescriptor.errorCode(
                            ProtocolDescriptor.refusalCode(code).value()))
                    .isEqualTo(code);
        }
    }

    @Test
    void shouldSurviveMutatedMessages() {
        final long seed = System.nanoTime();
        System.out.println("EgressAdapterTest seed=" + seed);
        final SplittableRandom random = new SplittableRandom(seed);
        final List<byte[]> messages = givenMessages();
        for (int i = 0; i < 200_000; i++) {
            final byte[] message = messages.get(random.nextInt(messages.size()));
            final byte[] mutated = Arrays.copyOf(message, random.nextInt(message.length + 8));
            for (int n = random.nextInt(6); n > 0 && mutated.length > 0; n--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            }
            assertThat(adapter.onMessage(new UnsafeBuffer(mutated), 0, mutated.length))
                    .isTrue();
        }
    }

    private List<byte[]> givenMessages() {
        final ConnectedEncoder connected = new ConnectedEncoder();
        connected
                .wrapAndApplyHeader(buffer, 0, header)
                .protocolVersion(1)
                .correlationId(11)
                .sessionHigh(42)
                .sessionLow(43)
                .storeHigh(7)
                .storeLow(8)
                .machine(9)
                .storeDirectory("/data")
                .putProof(new byte[] {1}, 0, 1);
        final byte[] first = message(connected.encodedLength());
        final RefusedEncoder refused = new RefusedEncoder();
        refused.wrapAndApplyHeader(buffer, 0, header)
                .correlationId(12)
                .code(ProtocolDescriptor.refusalCode(ErrorCode.UNKNOWN_TOPIC))
                .message("no such topic");
        final byte[] second = message(refused.encodedLength());
        final ProducerOpenedEncoder producerOpened = new ProducerOpenedEncoder();
        producerOpened
                .wrapAndApplyHeader(buffer, 0, header)
                .correlationId(13)
                .producerHandle(1)
                .producerId(7)
                .epoch(2)
                .maxRecordLength(1000)
                .durability(TopicDurability.POWER)
                .keyHash(KeyHashKind.MURMUR2_KAFKA);
        producerOpened.partitionsCount(2).next().lastSequence(-1).next().lastSequence(5);
        final byte[] third = message(producerOpened.encodedLength());
        final AcknowledgeEncoder acknowledge = new AcknowledgeEncoder();
        acknowledge
                .wrapAndApplyHeader(buffer, 0, header)
                .sequence(9)
                .producerHandle(1)
                .partition(0);
        final byte[] fourth = message(acknowledge.encodedLength());
        final SubscriptionOpenedEncoder subscriptionOpened = new SubscriptionOpenedEncoder();
        subscriptionOpened
                .wrapAndApplyHeader(buffer, 0, header)
                .correlationId(14)
                .subscription(2)
                .durability(TopicDurability.PROCESS);
        subscriptionOpened.partitionsCount(2).next().position(4096).next().position(8192);
        final byte[] fifth = message(subscriptionOpened.encodedLength());
        final DeliverEncoder deliver = new DeliverEncoder();
        deliver.wrapAndApplyHeader(buffer, 0, header)
                .subscription(2)
                .fromPosition(4096)
                .position(4104)
                .partition(1)
                .flags(ProtocolDescriptor.FLAGS_WHOLE)
                .putFrames("frames".getBytes(US_ASCII), 0, 6);
        final byte[] sixth = message(deliver.encodedLength());
        final ChallengeEncoder challenge = new ChallengeEncoder();
        challenge.wrapAndApplyHeader(buffer, 0, header).correlationId(11).putNonce(new byte[] {5, 6}, 0, 2);
        final byte[] seventh = message(challenge.encodedLength());
        final RejectedEncoder rejected = new RejectedEncoder();
        rejected.wrapAndApplyHeader(buffer, 0, header)
                .correlationId(12)
                .code(ProtocolDescriptor.refusalCode(ErrorCode.FENCED))
                .message("newer");
        final byte[] eighth = message(rejected.encodedLength());
        final PositionGoneEncoder gone = new PositionGoneEncoder();
        gone.wrapAndApplyHeader(buffer, 0, header)
                .subscription(2)
                .position(64)
                .firstPosition(128)
                .partition(1)
                .isResumed((short) 1);
        final byte[] ninth = message(gone.encodedLength());
        final ReadableEncoder readable = new ReadableEncoder();
        readable.wrapAndApplyHeader(buffer, 0, header)
                .subscription(2)
                .position(256)
                .partition(1);
        return List.of(
                first, second, third, fourth, fifth, sixth, seventh, eighth, ninth, message(readable.encodedLength()));
    }

    private byte[] message(final int encodedLength) {
        final int length = ProtocolDescriptor.HEADER_LENGTH + encodedLength;
        final int index = ProtocolDescriptor.EVENT_CHECKED_INDEX;
        buffer.putInt(
                ProtocolDescriptor.EVENT_CHECKSUM_INDEX,
                new Checksum().compute(buffer, 0, index, length - index),
                LITTLE_ENDIAN);
        return Arrays.copyOf(buffer.byteArray(), length);
    }

    private static final class Events implements EventHandler {
        private final StringBuilder log = new StringBuilder();

        @Override
        public void onConnected(final long correlationId, final ConnectedSession session) {
            note(
                    "connected",
                    correlationId,
                    session.tokenHigh(),
                    session.tokenLow(),
                    session.protocolVersion(),
                    session.storeHigh(),
                    session.storeLow(),
                    session.machine(),
                    session.storeDirectory(),
                    Arrays.toString(session.proof()));
        }

        @Override
        public void onChallenge(final long correlationId, final byte[] nonce) {
            note("challenge", correlationId, Arrays.toString(nonce));
        }

        @Override
        public void onRefused(final long correlationId, final ErrorCode code, final String message) {
            note("refused", correlationId, code, message);
        }

        @Override
        public void onRejected(final long correlationId, final ErrorCode code, final String message) {
            note("rejected", correlationId, code, message);
        }

        @Override
        public void onProducerOpened(final long correlationId, final OpenedProducer producer) {
            note(
                    "producerOpened",
                    correlationId,
                    producer.handle(),
                    producer.producerId(),
                    producer.epoch(),
                    producer.maxRecordLength(),
                    producer.durability(),
                    producer.keyHash(),
                    Arrays.toString(producer.lastSequences()));
        }

        @Override
        public void onAcknowledge(final int producer, final int partition, final long sequence) {
            note("acknowledge", producer, partition, sequence);
        }

        @Override
        public void onSubscriptionOpened(
                final long correlationId, final int subscription, final Durability durability, final long[] positions) {
            note("subscriptionOpened", correlationId, subscription, durability, Arrays.toString(positions));
        }

        @Override
        public boolean onDeliver(final DeliveredFrames frames) {
            note(
                    "deliver",
                    frames.subscription(),
                    frames.partition(),
                    frames.fromPosition(),
                    frames.position(),
                    frames.flags(),
                    frames.buffer().getStringWithoutLengthAscii(frames.offset(), frames.length()));
            return true;
        }

        @Override
        public void onPositionGone(
                final int subscription,
                final int partition,
                final long position,
                final long firstPosition,
                final boolean isResumed) {
            note("gone", subscription, partition, position, firstPosition, isResumed);
        }

        @Override
        public void onReadable(final int subscription, final int partition, final long position) {
            note("readable", subscription, partition, position);
        }

        @Override
        public void onCorruptEvent() {
            note("corrupt");
        }

        private void note(final Object... words) {
            final StringBuilder line = new StringBuilder();
            for (final Object word : words) {
                line.append(line.length() == 0 ? "" : " ").append(word);
            }
            log.append(line).append('\n');
        }
    }
}
