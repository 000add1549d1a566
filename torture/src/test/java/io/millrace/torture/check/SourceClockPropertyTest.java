package io.millrace.torture.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operators.task.SourceWatermark;
import io.millrace.torture.check.StoredRecord.Kind;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The checker's clock and the product's watermark agree on random records, silence and ticks included. */
class SourceClockPropertyTest {
    private static final int ROUNDS = 500;
    private static final int RECORDS = 200;
    private static final byte[] NOTHING = new byte[0];

    @Test
    void shouldGoOnAsTheProductDoes() {
        for (long seed = 0; seed < ROUNDS; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final long disorderNs = random.nextLong(50);
            final long idleAfterNs = random.nextInt(4) == 0 ? SourceClock.NEVER : random.nextLong(60);
            final SourceWatermark product = new SourceWatermark(disorderNs, idleAfterNs, random.nextBoolean());
            final boolean hasDeletes = random.nextBoolean();
            final SourceClock clock = new SourceClock(disorderNs, idleAfterNs, hasDeletes);
            long logTimeNs = 1_000;
            long clockNs = Long.MIN_VALUE;
            for (int i = 0; i < RECORDS; i++) {
                logTimeNs += random.nextLong(-5, 30);
                clockNs = Math.max(clockNs, logTimeNs);
                final long eventTimeNs = random.nextLong(1_000) + 10L * i;
                final byte kind = switch (random.nextInt(6)) {
                    case 0 -> Kind.WATERMARK;
                    case 1, 2 -> Kind.TICK;
                    case 3 -> hasDeletes ? Kind.TOMBSTONE : Kind.TICK;
                    default -> Kind.DATA;
                };
                final StoredRecord record = new StoredRecord(i, kind, 0, eventTimeNs, logTimeNs, 0, NOTHING, NOTHING);
                final long expectedNs = switch (kind) {
                    case Kind.DATA, Kind.TOMBSTONE -> product.onData(eventTimeNs, clockNs);
                    case Kind.WATERMARK -> product.onWatermark(0, eventTimeNs, false, clockNs, clockNs);
                    default -> product.onTick(clockNs);
                };

                assertThat(clock.clock(record))
                        .as("clock, seed=%d record=%d", seed, i)
                        .isEqualTo(clockNs);
                assertThat(clock.watermark(record))
                        .as("watermark, seed=%d record=%d", seed, i)
                        .isEqualTo(expectedNs);
            }
        }
    }
}
