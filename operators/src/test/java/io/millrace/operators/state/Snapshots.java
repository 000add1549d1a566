package io.millrace.operators.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Takes snapshots of state and damages them. */
final class Snapshots {
    private Snapshots() {}

    static UnsafeBuffer of(final Consumer<StateWriter> state) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final StateWriter writer = new StateWriter(buffer, 0);
        state.accept(writer);
        return new UnsafeBuffer(buffer, 0, writer.length());
    }

    static StateReader reader(final UnsafeBuffer snapshot) {
        return new StateReader(snapshot, 0, snapshot.capacity());
    }

    /**
     * Restores every beginning of a snapshot, and the snapshot with each byte changed. A change of a byte of state cannot
     * be noticed; every other thing that happens is an error with the code CORRUPT. Returns how many were refused.
     */
    static int assertDamageIsRefused(
            final UnsafeBuffer snapshot, final long seed, final Consumer<StateReader> restore, final Runnable use) {
        return assertDamageIsRefused(snapshot, length -> new StateReader(snapshot, 0, length), seed, restore, use);
    }

    /** The same with another reader of the first bytes. */
    static int assertDamageIsRefused(
            final UnsafeBuffer snapshot,
            final IntFunction<StateReader> reader,
            final long seed,
            final Consumer<StateReader> restore,
            final Runnable use) {
        for (int length = 0; length < snapshot.capacity(); length++) {
            assertThat(isRestored(reader.apply(length), restore, "length " + length))
                    .as("length %d", length)
                    .isFalse();
            use.run();
        }
        final SplittableRandom random = new SplittableRandom(seed);
        int refused = 0;
        for (int i = 0; i < snapshot.capacity(); i++) {
            final byte original = snapshot.getByte(i);
            snapshot.putByte(i, (byte) (original ^ 1 + random.nextInt(255)));
            if (!isRestored(reader.apply(snapshot.capacity()), restore, "byte " + i + ", seed " + seed)) {
                refused++;
            }
            use.run();
            snapshot.putByte(i, original);
        }
        return refused;
    }

    private static boolean isRestored(
            final StateReader reader, final Consumer<StateReader> restore, final String description) {
        try {
            restore.accept(reader);
            return true;
        } catch (final MillraceException e) {
            assertThat(e.code()).as(description).isEqualTo(ErrorCode.CORRUPT);
            assertThat(e).as(description).hasMessageStartingWith("a snapshot of state is damaged: ");
            return false;
        } catch (final RuntimeException e) {
            throw new AssertionError(description, e);
        }
    }
}
