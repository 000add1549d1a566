package io.millrace.node.demo;

import io.millrace.log.KeyHash;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.node.demo.codec.MessageHeaderEncoder;
import io.millrace.node.demo.codec.TradeEncoder;
import io.millrace.transport.Publisher;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Replays trades into a topic, as a recorder of an exchange would send them.
 *
 * <p>Each trade has an <em>intended</em> send time: the time between its receipt and that of the first trade, divided by the speed,
 * after the start. The feed waits for that time and never for the trade before, so a delay is made up for and does not shift
 * all that follows; and latency is measured from the intended time, so a delay of the feed is not hidden (the mistake known
 * as coordinated omission).
 *
 * <p>Event time is told as watermarks: whenever the largest event time so far, less the bound on out-of-orderness, passes a
 * multiple of {@link DemoTiming#WATERMARK_STEP_NS}, <em>every</em> partition gets it, so a symbol that is not traded holds nobody
 * up. A last watermark of {@link Long#MAX_VALUE} ends the input.
 *
 * <p>What is sent, and in which order within a partition, depends on the file alone. So a run that is resumed sends the same
 * records under the same sequences from the start, as fast as it can, and the log drops those that it holds; the pace
 * begins with the first that it does not.
 */
final class DemoFeed implements Runnable {
    private static final long MAX_PARK_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long POLL_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long BACK_PRESSURE_PARK_NS = TimeUnit.MICROSECONDS.toNanos(20);
    private static final long STALL_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);

    private final Trades trades;
    private final int inputCount;
    private final DemoOptions options;
    private final IntConsumer onInputCut;
    private final Publisher publisher;
    private final UnsafeBuffer[] keys;
    private final int[] partitions;
    private final AtomicLongArray intendedTimesNs;
    private final UnsafeBuffer message =
            new UnsafeBuffer(new byte[MessageHeaderEncoder.ENCODED_LENGTH + TradeEncoder.BLOCK_LENGTH]);
    private final TradeEncoder encoder = new TradeEncoder();

    private boolean isPaced;
    private long paceStartNs;
    private long paceStartReceivedNs;
    private long largestReceivedNs = Long.MIN_VALUE;
    private long watermarkNs = Long.MIN_VALUE;
    private long lastPollNs;

    private volatile int sentCount;
    private volatile int firstPaced = -1;
    private volatile long endedNs;
    private volatile boolean isStopRequested;
    private volatile boolean isInputEnded;

    /**
     * Creates a feed; nothing is sent before {@link #run()}.
     *
     * @param trades     to send.
     * @param inputCount how many of them, from the first.
     * @param options    of the run: speed and duration.
     * @param onInputCut is told after how many trades the input ends, when that is earlier than planned, before the end is sent.
     * @param publisher  to the topic; belongs to the thread that runs this from then on.
     */
    DemoFeed(
            final Trades trades,
            final int inputCount,
            final DemoOptions options,
            final IntConsumer onInputCut,
            final Publisher publisher) {
        this.trades = trades;
        this.inputCount = inputCount;
        this.options = options;
        this.onInputCut = onInputCut;
        this.publisher = publisher;
        this.intendedTimesNs = new AtomicLongArray(inputCount);
        this.keys = new UnsafeBuffer[trades.symbols().size()];
        this.partitions = new int[keys.length];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = new UnsafeBuffer(trades.symbols().get(i).getBytes(StandardCharsets.US_ASCII));
            partitions[i] = KeyHash.partition(keys[i], 0, keys[i].capacity(), publisher.partitionCount());
        }
        encoder.wrapAndApplyHeader(message, 0, new MessageHeaderEncoder());
    }

    /** Sends all trades and ends the input, or returns early after {@link #requestStop()}. */
    @Override
    public void run() {
        final long deadlineNs =
                options.duration() == null ? Long.MAX_VALUE : options.duration().toNanos();
        final long startNs = System.nanoTime();
        int trade = 0;
        while (trade < inputCount && !(isPaced && System.nanoTime() - startNs >= deadlineNs)) {
            if (!isPaced && !isHeld(trade)) {
                startPace(trade);
            }
            largestReceivedNs = Math.max(largestReceivedNs, trades.receivedNs(trade));
            if (isPaced && !awaitIntendedTime(trade, startNs + deadlineNs)) {
                break;
            }
            if (!send(trade) || !sendWatermark(trade)) {
                return;
            }
            sentCount = ++trade;
        }
        if (!isStopRequested) {
            endInput(trade);
        }
    }

    /** Makes {@link #run()} return soon, with the input left open. */
    void requestStop() {
        isStopRequested = true;
    }

    /** How many trades are to be sent. */
    int inputCount() {
        return inputCount;
    }

    /** How many trades were sent, those the node held already included. */
    int sentCount() {
        return sentCount;
    }

    /** The first trade that the node did not hold yet; -1 while it is not reached. */
    int firstPaced() {
        return firstPaced;
    }

    /** When the first trade that the node did not hold was due, on the scale of {@link System#nanoTime()}. */
    long paceStartNs() {
        return paceStartNs;
    }

    /** Whether the end of the input was sent and all of it acknowledged. */
    boolean isInputEnded() {
        return isInputEnded;
    }

    /** When the end of the input was acknowledged, on the scale of {@link System#nanoTime()}; 0 before. */
    long endedNs() {
        return endedNs;
    }

    /**
     * When a trade should have been sent.
     *
     * @param trade of the file.
     * @return time on the scale of {@link System#nanoTime()}; 0 when it was not sent at its pace in this run.
     */
    long intendedTimeNs(final int trade) {
        return intendedTimesNs.getAcquire(trade);
    }

    private boolean isHeld(final int trade) {
        final int partition = partitions[trades.symbolIndex(trade)];
        return publisher.nextSequence(partition) <= publisher.lastSequence(partition);
    }

    private void startPace(final int trade) {
        isPaced = true;
        paceStartNs = System.nanoTime();
        paceStartReceivedNs = Math.max(largestReceivedNs, trades.receivedNs(trade));
        firstPaced = trade;
    }

    /** Waits until a trade is due; returns false when the feed is to stop or the time for feeding is over before. */
    private boolean awaitIntendedTime(final int trade, final long deadlineNs) {
        long nowNs = System.nanoTime();
        final long intendedNs = options.isMaxSpeed() ? nowNs : paceStartNs + delayNs();
        intendedTimesNs.setRelease(trade, intendedNs);
        while (nowNs - intendedNs < 0) {
            if (isStopRequested || (options.duration() != null && nowNs - deadlineNs >= 0)) {
                return false;
            }
            pollNow(nowNs);
            LockSupport.parkNanos(Math.min(MAX_PARK_NS, intendedNs - nowNs));
            nowNs = System.nanoTime();
        }
        if (nowNs - lastPollNs > POLL_INTERVAL_NS) {
            pollNow(nowNs);
        }
        return !isStopRequested;
    }

    private long delayNs() {
        return (long)
                ((largestReceivedNs - paceStartReceivedNs) / options.speed().doubleValue());
    }

    private boolean send(final int trade) {
        final int symbol = trades.symbolIndex(trade);
        encoder.symbol(trades.symbol(trade)).tradeId(trades.tradeId(trade)).receivedNs(trades.receivedNs(trade));
        encoder.price().mantissa(trades.price(trade));
        encoder.quantity().mantissa(trades.quantity(trade));
        final long eventTimeNs = trades.eventTimeNs(trade);
        final UnsafeBuffer key = keys[symbol];
        return untilTaken(() -> publisher.offer(eventTimeNs, key, 0, key.capacity(), message, 0, message.capacity()));
    }

    private boolean sendWatermark(final int trade) {
        final long nowNs = trades.largestEventTimeNs(trade) - DemoTiming.OUT_OF_ORDERNESS_NS;
        if (watermarkNs != Long.MIN_VALUE
                && Math.floorDiv(nowNs, DemoTiming.WATERMARK_STEP_NS)
                        <= Math.floorDiv(watermarkNs, DemoTiming.WATERMARK_STEP_NS)) {
            return true;
        }
        watermarkNs = nowNs;
        return sendToAll(nowNs);
    }

    private boolean sendToAll(final long timeNs) {
        boolean isSent = true;
        for (int i = 0; i < publisher.partitionCount() && isSent; i++) {
            final int partition = i;
            isSent = untilTaken(() -> publisher.watermark(partition, timeNs));
        }
        return isSent;
    }

    private void endInput(final int count) {
        if (count < inputCount) {
            onInputCut.accept(count);
        }
        if (!sendToAll(Long.MAX_VALUE)) {
            return;
        }
        final long deadlineNs = System.nanoTime() + STALL_TIMEOUT_NS;
        while (!publisher.isFullyAcknowledged() && !isStopRequested) {
            checkDeadline(deadlineNs, "node does not acknowledge the end of the input");
            pollNow(System.nanoTime());
            LockSupport.parkNanos(MAX_PARK_NS);
        }
        endedNs = System.nanoTime();
        isInputEnded = publisher.isFullyAcknowledged();
    }

    /** Offers until the publisher takes it; returns false when the feed is to stop. */
    private boolean untilTaken(final LongSupplier offer) {
        long deadlineNs = 0;
        long result = offer.getAsLong();
        while (result < 0) {
            if (isStopRequested) {
                return false;
            }
            pollNow(System.nanoTime());
            if (result != Outcome.BACK_PRESSURED && result != Outcome.WINDOW_FULL) {
                throw new MillraceException(
                        ErrorCode.TRANSPORT, "node does not take trades: " + Outcome.name(result) + " " + publisher);
            }
            deadlineNs = deadlineNs == 0 ? System.nanoTime() + STALL_TIMEOUT_NS : deadlineNs;
            checkDeadline(deadlineNs, "node takes no trades: " + Outcome.name(result));
            LockSupport.parkNanos(BACK_PRESSURE_PARK_NS);
            result = offer.getAsLong();
        }
        return true;
    }

    private void pollNow(final long nowNs) {
        lastPollNs = nowNs;
        publisher.poll();
    }

    private static void checkDeadline(final long deadlineNs, final String message) {
        if (System.nanoTime() - deadlineNs > 0) {
            throw new MillraceException(
                    ErrorCode.TRANSPORT,
                    message + " for " + TimeUnit.NANOSECONDS.toSeconds(STALL_TIMEOUT_NS) + " seconds; is it stopped?");
        }
    }
}
