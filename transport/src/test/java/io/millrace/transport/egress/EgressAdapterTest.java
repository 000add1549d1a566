package io.millrace.transport.egress;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.error.ErrorCode;
import io.millrace.transport.codec.AcknowledgeEncoder;
import io.millrace.transport.codec.ConnectedEncoder;
import io.millrace.transport.codec.DeliverEncoder;
import io.millrace.transport.codec.MessageHeaderEncoder;
import io.millrace.transport.codec.ProducerOpenedEncoder;
import io.millrace.transport.codec.RefusedEncoder;
import io.millrace.transport.codec.SubscriptionOpenedEncoder;
import io.millrace.transport.protocol.Checksum;
import io.millrace.transport.protocol.DeliveredFrames;
import io.millrace.transport.protocol.EventHandler;
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
                .hasToString("connected 11 42 1\n"
                        + "refused 12 UNKNOWN_TOPIC no such topic\n"
                        + "producerOpened 13 1 7 1000 [-1, 5]\n"
                        + "acknowledge 1 0 9\n"
                        + "subscriptionOpened 14 2 [4096, 8192]\n"
                        + "deliver 2 1 4096 4104 3 frames\n");
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

        assertThat(events.log).isEmpty();
    }

    @Test
    void shouldReportADeliveryWithAnyBitFlippedInItsFrames() {
        final byte[] message = givenMessages().get(5);
        for (int i = ProtocolDescriptor.DELIVER_LENGTH; i < message.length; i++) {
            final byte[] damaged = message.clone();
            damaged[i] ^= 0x40;
            adapter.onMessage(new UnsafeBuffer(damaged), 0, damaged.length);
        }

        assertThat(events.log).hasToString("corrupt\n".repeat(6));
    }

    @Test
    void shouldHearARefusalWhoseCodeItDoesNotKnow() {
        final byte[] message = givenMessages().get(1);
        message[ProtocolDescriptor.HEADER_LENGTH + RefusedEncoder.codeEncodingOffset()] = (byte) 200;

        adapter.onMessage(new UnsafeBuffer(message), 0, message.length);

        assertThat(events.log).hasToString("refused 12 INTERNAL no such topic\n");
    }

    @Test
    void shouldCarryEveryErrorCodeThereAndBack() {
        for (final ErrorCode code : ErrorCode.values()) {
            assertThat(ProtocolDescriptor.errorCode(
                            ProtocolDescriptor.refusalCode(code).value()))
                    .isIn(code, ErrorCode.INTERNAL);
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
                .correlationId(11)
                .session(42)
                .protocolVersion(1);
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
                .maxRecordLength(1000);
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
                .subscription(2);
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
        final int length = ProtocolDescriptor.HEADER_LENGTH + deliver.encodedLength();
        final int index = ProtocolDescriptor.CHECKED_INDEX;
        deliver.checksum(new Checksum().compute(buffer, index, length - index) & 0xFFFF_FFFFL);
        return List.of(first, second, third, fourth, fifth, message(deliver.encodedLength()));
    }

    private byte[] message(final int encodedLength) {
        return Arrays.copyOf(buffer.byteArray(), ProtocolDescriptor.HEADER_LENGTH + encodedLength);
    }

    private static final class Events implements EventHandler {
        private final StringBuilder log = new StringBuilder();

        @Override
        public void onConnected(final long correlationId, final long session, final int protocolVersion) {
            note("connected", correlationId, session, protocolVersion);
        }

        @Override
        public void onRefused(final long correlationId, final ErrorCode code, final String message) {
            note("refused", correlationId, code, message);
        }

        @Override
        public void onProducerOpened(
                final long correlationId,
                final int producer,
                final int producerId,
                final int maxRecordLength,
                final long[] lastSequences) {
            note(
                    "producerOpened",
                    correlationId,
                    producer,
                    producerId,
                    maxRecordLength,
                    Arrays.toString(lastSequences));
        }

        @Override
        public void onAcknowledge(final int producer, final int partition, final long sequence) {
            note("acknowledge", producer, partition, sequence);
        }

        @Override
        public void onSubscriptionOpened(final long correlationId, final int subscription, final long[] positions) {
            note("subscriptionOpened", correlationId, subscription, Arrays.toString(positions));
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
        public void onCorruptDelivery() {
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
