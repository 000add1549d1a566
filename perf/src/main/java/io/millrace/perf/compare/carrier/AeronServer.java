package io.millrace.perf.compare.carrier;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.Header;
import io.millrace.perf.compare.contender.MessageHandler;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Sends each message back, or counts them and tells how many have come whenever no more are there. */
final class AeronServer implements CarrierServer, ControlledFragmentHandler {
    private static final int FRAGMENT_LIMIT = 64;
    private static final int MAX_UNTOLD = 16 * 1024;

    private final MediaDriver driver;
    private final Aeron aeron;
    private final Subscription requests;
    private final ExclusivePublication replies;
    private final MessageHandler sink;
    private final UnsafeBuffer told = new UnsafeBuffer(new byte[Long.BYTES]);
    private long count;
    private long toldCount;

    AeronServer(
            final MediaDriver driver,
            final Aeron aeron,
            final Subscription requests,
            final ExclusivePublication replies,
            final MessageHandler sink) {
        this.driver = driver;
        this.aeron = aeron;
        this.requests = requests;
        this.replies = replies;
        this.sink = sink;
    }

    @Override
    public String address() {
        return driver.aeronDirectoryName();
    }

    @Override
    public int doWork() {
        final int taken = requests.controlledPoll(this, FRAGMENT_LIMIT);
        if (sink != null && count > toldCount && (taken == 0 || count - toldCount > MAX_UNTOLD)) {
            told.putLong(0, count);
            if (replies.offer(told, 0, Long.BYTES) > 0) {
                toldCount = count;
            }
        }
        return taken;
    }

    @Override
    public Action onFragment(final DirectBuffer buffer, final int offset, final int length, final Header header) {
        if (sink != null) {
            sink.onMessage(buffer, offset, length);
            count++;
            return Action.CONTINUE;
        }
        final long result = replies.offer(buffer, offset, length);
        if (result == Publication.CLOSED || result == Publication.MAX_POSITION_EXCEEDED) {
            throw new IllegalStateException("the publication refused a message: " + result);
        }
        return result > 0 ? Action.CONTINUE : Action.ABORT;
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(aeron, driver);
    }
}
