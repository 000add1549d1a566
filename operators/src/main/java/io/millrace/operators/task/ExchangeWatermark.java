package io.millrace.operators.task;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.util.Arrays;

/**
 * Watermark of an exchange partition: the smallest of those that the tasks of the stage before have written into it.
 *
 * <p>A task that has not written one yet holds the watermark back. Event times of data records do not move it.
 */
public final class ExchangeWatermark implements WatermarkTracker {
    private final int[] producerIds;
    private final long[] watermarksNs;
    private long minimumNs = Long.MIN_VALUE;

    /**
     * Creates the tracker.
     *
     * @param producerIds of all tasks that append to the exchange.
     */
    public ExchangeWatermark(final int... producerIds) {
        this.producerIds = producerIds.clone();
        Arrays.sort(this.producerIds);
        this.watermarksNs = new long[producerIds.length];
        Arrays.fill(watermarksNs, Long.MIN_VALUE);
    }

    @Override
    public long onData(final long eventTimeNs) {
        return minimumNs;
    }

    @Override
    public long onWatermark(final int producerId, final long watermarkNs) {
        final int index = Arrays.binarySearch(producerIds, producerId);
        if (index < 0) {
            throw new MillraceException(
                    ErrorCode.MALFORMED_RECORD,
                    "watermark of producer " + producerId
                            + ", which does not write to this exchange; its producers are "
                            + Arrays.toString(producerIds));
        }
        if (watermarkNs > watermarksNs[index]) {
            watermarksNs[index] = watermarkNs;
            minimumNs = minimum();
        }
        return minimumNs;
    }

    private long minimum() {
        long minimum = Long.MAX_VALUE;
        for (final long watermarkNs : watermarksNs) {
            minimum = Math.min(minimum, watermarkNs);
        }
        return minimum;
    }
}
