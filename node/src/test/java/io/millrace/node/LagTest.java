package io.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogContext;
import io.millrace.log.LogPartition;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.RecordKind;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LagTest {
    private static final String TOPIC = "t";
    private static final int SEGMENT_LENGTH = 1 << 20;

    @TempDir
    private Path directory;

    private LogStore store;
    private LogPartition partition;

    @BeforeEach
    void launch() {
        store = LogStore.launch(new LogContext().directory(directory).segmentLength(SEGMENT_LENGTH));
        partition = store.createTopic(TopicSpec.named(TOPIC)).partition(0);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void shouldTellWhatIsNextAndHowFarTheEndIs() {
        final long first = append(10);
        final long second = append(10_000);

        final Lag lag = Lag.of(store, TOPIC, 0, first);

        assertThat(lag.tail()).isEqualTo(partition.tailPosition());
        assertThat(lag.length())
                .isEqualTo(partition.tailPosition() - first)
                .isEqualTo(Lag.length(store, TOPIC, 0, first));
        assertThat(lag.nextNs()).isPositive().isLessThanOrEqualTo(store.logTimeNs());
        assertThat(Lag.of(store, TOPIC, 0, second).nextNs()).isGreaterThanOrEqualTo(lag.nextNs());
    }

    @Test
    void shouldTellNothingWhereNoRecordIsNext() {
        append(10);
        final long tail = partition.tailPosition();

        assertThat(Lag.of(store, TOPIC, 0, tail)).isEqualTo(new Lag(tail, 0, Lag.NOTHING));
        assertThat(Lag.length(store, TOPIC, 0, tail)).isZero();
    }

    @Test
    void shouldCountWhatLiesBehindARecordThatIsGone() {
        final long first = append(10);
        NodeFixture.await("the first segment is removed", () -> {
            if (partition.tailPosition() < 2 * SEGMENT_LENGTH) {
                append(1_000);
            }
            partition.truncateBefore(SEGMENT_LENGTH);
            return partition.beginPosition() > SEGMENT_LENGTH;
        });

        final long tail = partition.tailPosition();
        assertThat(Lag.of(store, TOPIC, 0, first)).isEqualTo(new Lag(tail, tail - first, Lag.GONE));
    }

    @Test
    void shouldTellNothingOfATopicThatIsGone() {
        assertThat(Lag.of(store, "other", 0, 4_096)).isEqualTo(new Lag(0, 0, Lag.NO_TOPIC));
        assertThat(Lag.length(store, "other", 0, 4_096)).isZero();
    }

    private long append(final int length) {
        return partition
                .appender()
                .append(RecordKind.DATA, 0, null, 0, 0, new UnsafeBuffer(new byte[length]), 0, length);
    }
}
