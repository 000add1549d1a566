package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.log.segment.Segment;
import io.millrace.log.storage.CrashImageStorage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * A partition with records of all kinds, claims that were given up, batches and epochs, and its copy in another store, which is
 * closed, killed in the middle of an append, or loses power, again and again.
 */
class MirrorPropertyTest {
    private static final String SEED_PROPERTY = "millrace.test.seed";
    private static final int ROUNDS = Integer.getInteger("millrace.rounds", 12);
    private static final int STEPS = 300;
    private static final int SEGMENT_LENGTH = Records.SEGMENT_LENGTH;

    private final UnsafeBuffer payload = new UnsafeBuffer(new byte[SEGMENT_LENGTH]);
    private final RecordClaim claim = new RecordClaim();
    private final BatchClaim batch = new BatchClaim();
    private SplittableRandom random;
    private long nowNs;
    private LogStore sourceStore;
    private LogPartition source;
    private LogAppender appender;
    private ProducerAppender producer;
    private LogReader reader;
    private CrashImageStorage disk;
    private LogStore store;
    private LogPartition copy;
    private MirrorAppender mirror;

    @BeforeEach
    void expectRepairs() {
        ((Logger) LoggerFactory.getLogger("io.millrace")).setLevel(Level.OFF);
    }

    @AfterEach
    void listenAgain() {
        ((Logger) LoggerFactory.getLogger("io.millrace")).setLevel(null);
    }

    @Test
    void shouldHoldTheSameBytesAtTheSamePositionsWhateverHappensToTheCopy() {
        final long first = Long.getLong(SEED_PROPERTY, System.nanoTime());
        for (int round = 0; round < ROUNDS; round++) {
            final long seed = first + round;
            try {
                run(seed);
            } catch (final Throwable ex) {
                throw new AssertionError("repeat with -D" + SEED_PROPERTY + '=' + seed, ex);
            }
        }
    }

    private void run(final long seed) {
        random = new SplittableRandom(seed);
        final CrashImageStorage memory = new CrashImageStorage();
        sourceStore = LogStore.launch(CrashWorkload.context(memory, 0));
        source = sourceStore.createTopic(TopicSpec.named("t")).partition(0);
        appender = source.appender();
        producer = source.producer(1);
        for (int i = random.nextInt(200); i > 0; i--) {
            appendSomething();
        }
        if (random.nextBoolean()) {
            workSource();
            source.truncateBefore(random.nextLong(source.tailPosition()));
        }
        disk = memory.another();
        launch();
        for (int i = 0; i < STEPS; i++) {
            step();
        }
        copyAll();
        checkSame();
        store.close();
        sourceStore.close();
        disk.close();
        memory.close();
    }

    private void launch() {
        store = LogStore.launch(CrashWorkload.context(disk, 0));
        copy = store.createMirror(TopicSpec.named("t"), source.beginPosition()).partition(0);
        mirror = copy.mirror();
        reader = source.reader();
        reader.seek(mirror.position());
    }

    private void step() {
        final int choice = random.nextInt(100);
        if (choice < 50) {
            appendSomething();
        } else if (choice < 80) {
            copySome(1 + random.nextInt(20));
        } else if (choice < 90) {
            work();
        } else if (choice < 93) {
            source.truncateBefore(Math.min(mirror.position(), random.nextLong(source.tailPosition())));
            copy.truncateBefore(random.nextLong(mirror.position()));
        } else if (choice < 95) {
            mirror.close();
            store.close();
            launch();
        } else if (choice < 98) {
            crash(true);
        } else {
            store.forceNow();
            crash(false);
        }
    }

    /** Nothing that was copied is lost with the process, and what was cut short leaves no trace. */
    private void crash(final boolean isOfProcess) {
        final long position = mirror.position();
        final long durable = copy.durablePosition();
        if (random.nextBoolean()) {
            beginRecord();
        }
        disk = isOfProcess
                ? disk.crashPoint().processCrash()
                : disk.crashPoint().machineCrash(random.nextLong());
        launch();
        if (isOfProcess) {
            assertThat(mirror.position()).as("after a kill").isEqualTo(position);
        } else {
            // A batch of which only a part was copied counts as a whole.
            assertThat(mirror.position()).as("after a loss of power").isBetween(durable, position);
        }
    }

    /** What a process leaves that is killed in the middle of an append. */
    private void beginRecord() {
        final Segment segment = copy.active();
        final int offset = segment.tailOffset();
        final int length = 40 + random.nextInt(500);
        if (offset + length <= SEGMENT_LENGTH) {
            segment.begin(offset, length);
            for (int i = 8; i < random.nextInt(8, length); i++) {
                segment.buffer().putByte(offset + i, (byte) random.nextInt());
            }
        }
    }

    private void appendSomething() {
        final int choice = random.nextInt(20);
        final int keyLength = random.nextInt(12);
        final int valueLength = random.nextInt(random.nextInt(30) == 0 ? SEGMENT_LENGTH / 5 : 300);
        for (int i = 0; i < 16; i++) {
            payload.putByte(random.nextInt(Math.max(1, keyLength + valueLength)), (byte) random.nextInt());
        }
        if (choice < 8) {
            until(() -> producer.append(
                    producer.lastSequence() + 1,
                    RecordKind.DATA,
                    random.nextLong(),
                    payload,
                    0,
                    keyLength,
                    payload,
                    keyLength,
                    valueLength));
        } else if (choice < 13) {
            until(() -> appender.append(
                    RecordKind.DATA, random.nextLong(), payload, 0, keyLength, payload, 0, valueLength));
        } else if (choice < 15) {
            until(() -> appender.append(RecordKind.TOMBSTONE, 5, payload, 0, keyLength + 1, null, 0, 0));
        } else if (choice < 16) {
            until(() -> appender.append(RecordKind.TICK, 0, null, 0, 0, null, 0, 0));
        } else if (choice < 17) {
            until(() -> appender.append(RecordKind.WATERMARK, random.nextLong(), null, 0, 0, null, 0, 0));
        } else if (choice < 18) {
            until(() -> appender.claim(claim, RecordKind.DATA, 7, keyLength, valueLength));
            claim.abort();
        } else if (choice < 19) {
            final int length = BatchClaim.recordLength(keyLength, 10);
            until(() -> producer.claimBatch(batch, producer.lastSequence() + 1, 3 * length));
            for (int i = 0; i < 3; i++) {
                batch.append(RecordKind.DATA, i, payload, 0, keyLength, payload, 0, 10);
            }
            batch.commit();
        } else {
            final int epoch = producer.epoch() + 1;
            workSource();
            producer.close();
            producer = source.producer(1, epoch);
        }
    }

    private long until(final java.util.function.LongSupplier append) {
        long outcome = append.getAsLong();
        for (int i = 0; outcome == Outcome.BACK_PRESSURED && i < 100; i++) {
            work();
            outcome = append.getAsLong();
        }
        assertThat(outcome).isPositive();
        return outcome;
    }

    private void copySome(final int limit) {
        reader.poll(record -> until(() -> mirror.append(record)), limit);
        until(() -> mirror.advance(reader.position()));
    }

    private void copyAll() {
        workSource();
        do {
            copySome(100);
            work();
        } while (!reader.isAtEnd());
    }

    private void work() {
        workSource();
        if (store != null) {
            store.invokeConductor(nowNs);
        }
    }

    private void workSource() {
        nowNs += 10_000_000;
        for (int i = 0; i < 3; i++) {
            sourceStore.invokeConductor(nowNs);
        }
    }

    private void checkSame() {
        work();
        final List<String> theirs = frames(source);
        final List<String> ours = frames(copy);
        final int count = Math.min(theirs.size(), ours.size());

        assertThat(count).isPositive();
        assertThat(ours.subList(ours.size() - count, ours.size())
                        .equals(theirs.subList(theirs.size() - count, theirs.size())))
                .isTrue();
        assertThat(mirror.position()).isEqualTo(normal(source.tailPosition()));
    }

    private static long normal(final long position) {
        final long base = position & -SEGMENT_LENGTH;
        return base + SEGMENT_LENGTH - position < 40 ? base + SEGMENT_LENGTH + 4096 : Math.max(position, base + 4096);
    }

    private static List<String> frames(final LogPartition partition) {
        final List<String> frames = new ArrayList<>();
        try (LogReader all = partition.reader()) {
            while (all.poll(record -> frames.add(frame(record)), 100) > 0) {
                continue;
            }
        }
        return frames;
    }

    private static String frame(final RecordFlyweight record) {
        final byte[] bytes = new byte[record.length()];
        record.buffer().getBytes(record.offset(), bytes);
        assertThat(record.crc()).isNotZero();
        assertThat(record.isChecksumValid()).isTrue();
        return record.position() + ":" + new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
