package io.millrace.transport;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Durability;
import io.millrace.log.JdkAccess;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.transport.codec.DeliverEncoder;
import io.millrace.transport.codec.MessageHeaderEncoder;
import io.millrace.transport.egress.EgressAdapter;
import io.millrace.transport.protocol.Checksum;
import io.millrace.transport.protocol.DeliveredFrames;
import io.millrace.transport.protocol.ProtocolDescriptor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/**
 * A subscriber between two streams, both of a model: the node that delivers for it alone, in order and whole, and a live feed that loses,
 * damages and begins anywhere. Whatever comes when, each record is handed out once, in order.
 */
class LiveHandoverPropertyTest {
    static {
        JdkAccess.open();
    }

    private static final int ROUNDS = Integer.getInteger("millrace.rounds", 100);
    private static final int STEPS = 1_500;

    @Test
    void shouldHandOutEachRecordOnceInOrderWhateverTheLiveFeedDoes() {
        long followedRecords = 0;
        long replays = 0;
        final long base = System.nanoTime();
        for (int i = 0; i < ROUNDS; i++) {
            final long seed = base + i;
            try {
                final Model model = new Model(seed);
                model.run();
                followedRecords += model.liveRecordCount;
                replays += model.handover.replayCount();
            } catch (final RuntimeException | AssertionError ex) {
                throw new AssertionError("seed=" + seed, ex);
            }
        }

        // Else nothing was tested.
        assertThat(followedRecords).isGreaterThan(ROUNDS * 50L);
        assertThat(replays).isGreaterThan(ROUNDS);
    }

    @Test
    void shouldMeetAFeedThatIsFasterAllTheTime() {
        final Model model = new Model(1);
        model.lossPerMille = 0;

        for (int i = 0; i < 200 && model.handover.followedCount() < Model.PARTITIONS; i++) {
            for (int p = 0; p < Model.PARTITIONS; p++) {
                model.append(p);
                model.append(p);
            }
            model.sendLive();
            // What the node delivers alone is always two records behind when live messages arrive.
            while (!model.live.isEmpty()) {
                model.pollLive();
            }
            model.deliverAll();
        }

        assertThat(model.handover.followedCount()).isEqualTo(Model.PARTITIONS);
        assertThat(model.handover.replayCount()).isZero();
    }

    @Test
    void shouldIgnoreForgedAndDamagedLiveMessages() {
        final Model model = new Model(2);
        model.append(0, 64);
        final byte[] message = model.messages(0, 0, 0, Model.FEED).get(0);
        final byte[] otherFeed = model.messages(0, 0, 0, Model.FEED + 1).get(0);
        final byte[] damaged = message.clone();
        damaged[damaged.length - 1] ^= 1;
        final byte[] otherPartition = model.message(Model.FEED, Model.PARTITIONS, 0, 0, 3, new byte[64], 0, 64);
        final byte[] wrongRecord = Model.frame(0, 64);
        wrongRecord[RecordDescriptor.CRC_OFFSET] = 1;
        final byte[] otherRecord = model.message(Model.FEED, 0, 0, 0, 3, wrongRecord, 0, 64);
        final byte[] noRecord = model.message(Model.FEED, 0, 0, 0, 3, new byte[64], 0, 64);

        for (final byte[] bad : List.of(otherFeed, damaged, otherPartition, noRecord, otherRecord)) {
            assertThat(model.onLive(bad)).isTrue();
        }
        assertThat(model.handover.ignoredCount()).isEqualTo(5);
        assertThat(model.handover.followedCount()).isZero();
        assertThat(model.events.failure()).isNull();

        assertThat(model.onLive(message)).isTrue();
        assertThat(model.handover.ignoredCount()).isEqualTo(5);
        assertThat(model.handover.followedCount()).isEqualTo(1);
        assertThat(model.taken.get(0)).hasSize(1);
    }

    @Test
    void shouldNotMakeOneRecordOfThePiecesOfTwo() {
        final Model model = new Model(4);
        model.append(0, 200);
        model.append(0, 200);
        final List<byte[]> first = model.messages(0, 0, 0, Model.FEED);
        final List<byte[]> second = model.messages(0, 1, 200, Model.FEED);
        assertThat(first).hasSize(2);

        model.onLive(second.get(1));
        model.onLive(first.get(0));
        model.onLive(second.get(1));
        model.onLive(first.get(1));
        assertThat(model.taken.get(0)).isEmpty();

        first.forEach(model::onLive);
        second.forEach(model::onLive);
        assertThat(model.taken.get(0)).containsExactly(0L, 200L);
    }

    @Test
    void shouldAskForReplayWhenTheFeedHasGoneOnAndNothingArrives() {
        final Model model = new Model(3);
        model.append(0, 64);
        model.onLive(model.messages(0, 0, 0, Model.FEED).get(0));
        final long standsAt = model.events.nextPositions()[0];
        model.handover.tell(model);
        assertThat(model.commands.peekLast()).containsExactly(0, 0, 0);

        assertThat(model.handover.isStalled(0)).isFalse();
        model.handover.onSent(0, standsAt + 64);
        assertThat(model.handover.isStalled(100_000_000L)).isFalse();
        assertThat(model.handover.isStalled(100_000_001L + LiveHandover.STALL_NS))
                .isTrue();

        model.handover.tell(model);
        assertThat(model.commands.peekLast()).containsExactly(1, 0, standsAt);
    }

    /** The log, the node and both streams. */
    private static final class Model implements LiveHandover.Commands {
        private static final int PARTITIONS = 3;
        private static final int FEED = 77;
        private static final int SUBSCRIPTION = 5;
        private static final int MAX_MESSAGE_LENGTH = 120;

        private final SplittableRandom random;
        private final DeliveryEvents events = new DeliveryEvents("trades");
        private final LiveHandover handover = new LiveHandover(events);
        private final EgressAdapter adapter = new EgressAdapter(events);
        private final EgressAdapter liveAdapter = new EgressAdapter(new Feed());
        private final Checksum checksum = new Checksum();

        /** Of each partition: position and length of each record. */
        private final List<List<long[]>> log = new ArrayList<>();

        private final List<List<Long>> taken = new ArrayList<>();
        private final long[] tails = new long[PARTITIONS];
        private final int[] nextLive = new int[PARTITIONS];
        private final int[] nextOwn = new int[PARTITIONS];
        private final long[] ownFrom = new long[PARTITIONS];
        private final long[] liveFrom = new long[PARTITIONS];
        private final boolean[] isFollowing = new boolean[PARTITIONS];
        private final Deque<byte[]> own = new ArrayDeque<>();
        private final Deque<byte[]> live = new ArrayDeque<>();
        private final Deque<long[]> commands = new ArrayDeque<>();
        private int lossPerMille;
        private long nowNs;
        private long liveRecordCount;

        private Model(final long seed) {
            random = new SplittableRandom(seed);
            for (int p = 0; p < PARTITIONS; p++) {
                log.add(new ArrayList<>());
                taken.add(new ArrayList<>());
            }
            events.onSubscriptionOpened(1, SUBSCRIPTION, Durability.PROCESS, new long[PARTITIONS]);
            handover.reset();
            handover.feed(FEED);
            handover.begin(Integer.MAX_VALUE);
            events.begin(this::take);
        }

        private void take(final int partition, final RecordFlyweight record) {
            for (int i = RecordDescriptor.HEADER_LENGTH; i < record.length(); i++) {
                if (record.buffer().getByte(record.offset() + i) != filling(record.position())) {
                    throw new AssertionError("pieces of two records: position=" + record.position() + " index=" + i);
                }
            }
            taken.get(partition).add(record.position());
        }

        private void run() {
            lossPerMille = random.nextInt(3) * random.nextInt(200);
            for (int i = 0; i < STEPS; i++) {
                step(random.nextInt(100));
            }
            // All is well from now on: what is left arrives, and the feed is met again.
            lossPerMille = 0;
            for (int i = 0; i < 20; i++) {
                for (int p = 0; p < PARTITIONS; p++) {
                    append(p);
                }
                sendLive();
                settle();
                nowNs += LiveHandover.STALL_NS;
            }
            assertThat(handover.followedCount()).isEqualTo(PARTITIONS);
            assertThat(events.failure()).isNull();
            for (int p = 0; p < PARTITIONS; p++) {
                assertThat(taken.get(p))
                        .isEqualTo(log.get(p).stream().map(each -> each[0]).toList());
            }
        }

        private void step(final int choice) {
            if (choice < 20) {
                append(random.nextInt(PARTITIONS));
            } else if (choice < 35) {
                sendLive();
            } else if (choice < 50) {
                sendOwn(random.nextInt(1, 4));
            } else if (choice < 70) {
                pollLive();
            } else if (choice < 85) {
                pollOwn();
            } else if (choice < 92) {
                handover.tell(this);
                carryOut();
            } else if (choice < 95) {
                handover.drain();
            } else if (choice < 97) {
                throwOnce();
            } else if (choice < 98) {
                mark();
            } else if (choice < 99) {
                nowNs += random.nextLong(LiveHandover.STALL_NS);
                handover.isStalled(nowNs);
            } else {
                disturb();
            }
        }

        /** The image is gone, the feed jumps to the end, or another one takes its place. */
        private void disturb() {
            final int choice = random.nextInt(3);
            if (choice == 0) {
                live.clear();
                handover.loseAll();
            } else {
                live.clear();
                for (int p = 0; p < PARTITIONS; p++) {
                    nextLive[p] = log.get(p).size();
                    liveFrom[p] = tails[p];
                }
            }
        }

        private void throwOnce() {
            events.begin((partition, record) -> {
                throw new IllegalStateException("on purpose");
            });
            pollLive();
            pollOwn();
            try {
                events.end();
            } catch (final IllegalStateException ex) {
                assertThat(ex).hasMessage("on purpose");
            }
            events.begin(this::take);
        }

        private void mark() {
            for (int p = 0; p < PARTITIONS; p++) {
                if (nextLive[p] > 0) {
                    handover.onSent(p, liveFrom[p]);
                }
            }
        }

        private void settle() {
            while (!live.isEmpty()) {
                pollLive();
            }
            deliverAll();
            mark();
            handover.isStalled(nowNs);
            handover.isStalled(nowNs + 2 * LiveHandover.STALL_NS);
            nowNs += 3 * LiveHandover.STALL_NS;
            handover.tell(this);
            carryOut();
            deliverAll();
        }

        private void deliverAll() {
            handover.tell(this);
            carryOut();
            sendOwn(Integer.MAX_VALUE);
            while (!own.isEmpty()) {
                pollOwn();
            }
            handover.drain();
            handover.tell(this);
            carryOut();
        }

        private void append(final int p) {
            append(p, RecordDescriptor.HEADER_LENGTH + (random.nextInt(5) == 0 ? 170 : random.nextInt(40)));
        }

        private void append(final int p, final int length) {
            // Sometimes behind something that is not delivered.
            final long position = tails[p] + (random.nextInt(20) == 0 ? 64 : 0);
            log.get(p).add(new long[] {position, length});
            tails[p] = position + RecordDescriptor.align(length);
        }

        private void sendLive() {
            for (int p = 0; p < PARTITIONS; p++) {
                while (nextLive[p] < log.get(p).size()) {
                    for (final byte[] message : messages(p, nextLive[p], liveFrom[p], FEED)) {
                        if (random.nextInt(1000) >= lossPerMille) {
                            live.add(random.nextInt(1000) < lossPerMille / 4 ? damaged(message) : message);
                        }
                    }
                    liveFrom[p] = end(p, nextLive[p]++);
                }
            }
        }

        private void sendOwn(final int max) {
            for (int p = 0; p < PARTITIONS; p++) {
                for (int i = 0;
                        i < max && !isFollowing[p] && nextOwn[p] < log.get(p).size();
                        i++) {
                    own.addAll(messages(p, nextOwn[p], ownFrom[p], SUBSCRIPTION));
                    ownFrom[p] = end(p, nextOwn[p]++);
                }
            }
        }

        private void pollLive() {
            final byte[] message = live.peek();
            if (message != null && onLive(message)) {
                live.poll();
            }
        }

        private void pollOwn() {
            final byte[] message = own.peek();
            if (message != null && adapter.onMessage(new UnsafeBuffer(message), 0, message.length)) {
                own.poll();
            }
        }

        private boolean onLive(final byte[] message) {
            return liveAdapter.onMessage(new UnsafeBuffer(message), 0, message.length);
        }

        @Override
        public long follow(final int partition) {
            return command(0, partition, 0);
        }

        @Override
        public long replay(final int partition, final long position) {
            return command(1, partition, position);
        }

        private long command(final long what, final long partition, final long position) {
            if (lossPerMille > 0 && random.nextInt(5) == 0) {
                return -1;
            }
            commands.add(new long[] {what, partition, position});
            return 1;
        }

        private void carryOut() {
            for (long[] command = commands.poll(); command != null; command = commands.poll()) {
                final int p = (int) command[1];
                isFollowing[p] = command[0] == 0;
                if (command[0] == 1) {
                    ownFrom[p] = command[2];
                    nextOwn[p] = 0;
                    while (nextOwn[p] < log.get(p).size() && log.get(p).get(nextOwn[p])[0] < command[2]) {
                        nextOwn[p]++;
                    }
                }
            }
        }

        private long end(final int p, final int index) {
            final long[] record = log.get(p).get(index);
            return record[0] + RecordDescriptor.align((int) record[1]);
        }

        private byte[] damaged(final byte[] message) {
            final byte[] copy = message.clone();
            copy[random.nextInt(ProtocolDescriptor.EVENT_CHECKED_INDEX, copy.length)] ^= 1;
            return copy;
        }

        private List<byte[]> messages(final int p, final int index, final long from, final int handle) {
            final long[] record = log.get(p).get(index);
            final byte[] frame = frame(record[0], (int) record[1]);
            final List<byte[]> messages = new ArrayList<>();
            for (int sent = 0; sent < frame.length; sent += MAX_MESSAGE_LENGTH) {
                final int length = Math.min(MAX_MESSAGE_LENGTH, frame.length - sent);
                final int first = sent == 0 ? ProtocolDescriptor.FLAG_FIRST : 0;
                final int last = sent + length == frame.length ? ProtocolDescriptor.FLAG_LAST : 0;
                messages.add(message(handle, p, from, record[0], first | last, frame, sent, length));
            }
            return messages;
        }

        /** What the payload of a record consists of: another byte for each of its neighbours. */
        private static byte filling(final long position) {
            return (byte) (position >>> 3);
        }

        private static byte[] frame(final long position, final int length) {
            final UnsafeBuffer frame = new UnsafeBuffer(new byte[length]);
            frame.setMemory(RecordDescriptor.HEADER_LENGTH, length - RecordDescriptor.HEADER_LENGTH, filling(position));
            frame.putInt(RecordDescriptor.LENGTH_OFFSET, length, LITTLE_ENDIAN);
            frame.putByte(RecordDescriptor.KIND_OFFSET, RecordKind.DATA);
            return frame.byteArray();
        }

        private byte[] message(
                final int handle,
                final int p,
                final long from,
                final long position,
                final int flags,
                final byte[] frame,
                final int offset,
                final int length) {
            final UnsafeBuffer buffer = new UnsafeBuffer(new byte[ProtocolDescriptor.DELIVER_LENGTH + length]);
            final DeliverEncoder deliver = new DeliverEncoder();
            deliver.wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder())
                    .subscription(handle)
                    .fromPosition(from)
                    .position(position)
                    .partition(p)
                    .flags(flags)
                    .putFrames(frame, offset, length);
            final int index = ProtocolDescriptor.EVENT_CHECKED_INDEX;
            deliver.checksum(checksum.compute(buffer, 0, index, buffer.capacity() - index) & 0xFFFF_FFFFL);
            return buffer.byteArray();
        }

        private final class Feed extends SessionEvents {
            @Override
            public boolean onDeliver(final DeliveredFrames frames) {
                final long before = events.totalRecordCount();
                final boolean isTaken = handover.onLive(frames);
                liveRecordCount += events.totalRecordCount() - before;
                return isTaken;
            }

            @Override
            public void onCorruptEvent() {
                handover.ignore();
            }
        }
    }
}
