package io.millrace.perf.jet;

import io.millrace.perf.compare.stream.StreamWorkload;
import java.io.Serializable;

/**
 * A trade. Jet hands objects from one step to the next, so each is a new one. It carries its time, which functions over the state
 * of a key are not told.
 *
 * @param eventTimeUs  when it happened.
 * @param instrumentId what was traded.
 * @param price        of it.
 * @param quantity     how many.
 */
public record Trade(long eventTimeUs, long instrumentId, long price, long quantity) implements Serializable {
    boolean isLarge() {
        return quantity > StreamWorkload.MIN_QUANTITY;
    }
}
