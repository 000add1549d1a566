package io.millrace.operators.codec.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.millrace.operators.codec.Codec;
import java.lang.management.ManagementFactory;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class RecordCodecAllocationTest {
    private static final int MEASURED_ROUNDS = 3;
    private static final int RECORDS = 1_000_000;
    // A header of 12 bytes and 29 bytes of components, or a header of 16 where pointers are wide.
    private static final int MAX_OBJECT_LENGTH = 48;
    private static final int SLACK = 100_000;

    private enum Venue {
        NORTH,
        SOUTH
    }

    private record Tick(long id, double price, int size, boolean isBuy, Venue venue, Place place) {}

    private record Place(int row, int column) {}

    private record Named(String name, long value) {}

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[256]);
    private Record kept;
    private long sum;

    @Test
    void shouldAllocateNothingToWrite() {
        final Codec<Tick> ticks = new RecordCodec<>(Tick.class).forTask();
        final Codec<Named> names = new RecordCodec<>(Named.class).forTask();
        final Tick tick = new Tick(1, 2.5, 3, true, Venue.SOUTH, new Place(4, 5));
        final Named named = new Named("a näme", 6);

        final long allocated = allocatedInSteadyState(() -> {
            sum += ticks.encodedLength(tick) + names.encodedLength(named);
            ticks.encode(tick, buffer, 0);
            names.encode(named, buffer, 128);
        });

        assertThat(allocated).as("bytes for %d records", 2 * RECORDS).isLessThan(SLACK);
    }

    @Test
    void shouldAllocateTheRecordsAloneToRead() {
        final Codec<Tick> ticks = new RecordCodec<>(Tick.class).forTask();
        final Tick tick = new Tick(1, 2.5, 3, true, Venue.SOUTH, null);
        ticks.encode(tick, buffer, 0);
        final int length = ticks.encodedLength(tick);

        final long allocated = allocatedInSteadyState(() -> kept = ticks.decode(buffer, 0, length));

        assertThat(kept).isEqualTo(tick);
        assertThat(allocated)
                .as("bytes for %d records", RECORDS)
                .isLessThan((long) RECORDS * MAX_OBJECT_LENGTH + SLACK);
    }

    private long allocatedInSteadyState(final Runnable step) {
        repeat(step);
        long allocated = Long.MAX_VALUE;
        // The JVM itself allocates a few bytes when a path is compiled anew; what a step allocates shows in every
        // round.
        for (int round = 0; round < MEASURED_ROUNDS; round++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            repeat(step);
            allocated = Math.min(allocated, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return allocated;
    }

    private static void repeat(final Runnable step) {
        for (int i = 0; i < RECORDS; i++) {
            step.run();
        }
    }
}
