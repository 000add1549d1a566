package io.millrace.perf.compare.carrier;

import io.aeron.Aeron;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.millrace.perf.compare.contender.MessageHandler;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;

/**
 * Aeron with nothing around it: one stream to a process that takes each message, and one back. The serving process runs the media
 * driver, which the client uses too, as it does with our node; threads and idle strategies are those of the node.
 */
final class AeronCarrier implements Carrier {
    static final int REQUEST_STREAM = 1001;
    static final int REPLY_STREAM = 1002;

    private final String requestChannel;
    private final String replyChannel;

    AeronCarrier(final boolean isUdp) {
        // The largest datagrams that our node's channels have on the loopback interface.
        requestChannel = isUdp ? "aeron:udp?endpoint=127.0.0.1:20121|mtu=8k" : "aeron:ipc";
        replyChannel = isUdp ? "aeron:udp?endpoint=127.0.0.1:20122|mtu=8k" : "aeron:ipc";
    }

    @Override
    public CarrierServer serve(final CarrierOptions options, final MessageHandler sink) {
        final MediaDriver driver = MediaDriver.launch(new MediaDriver.Context()
                .aeronDirectoryName(options.memoryDirectory().resolve("aeron").toString())
                .threadingMode(ThreadingMode.SHARED)
                .sharedIdleStrategy(new YieldingIdleStrategy())
                .termBufferSparseFile(false)
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true));
        final Aeron aeron = connect(driver.aeronDirectoryName());
        return new AeronServer(
                driver,
                aeron,
                aeron.addSubscription(requestChannel, REQUEST_STREAM),
                aeron.addExclusivePublication(replyChannel, REPLY_STREAM),
                sink);
    }

    @Override
    public CarrierClient connect(final String address, final int partitions, final CarrierOptions options) {
        final Aeron aeron = connect(address);
        return new AeronClient(
                aeron,
                aeron.addExclusivePublication(requestChannel, REQUEST_STREAM),
                aeron.addSubscription(replyChannel, REPLY_STREAM));
    }

    private static Aeron connect(final String directory) {
        return Aeron.connect(
                new Aeron.Context().aeronDirectoryName(directory).idleStrategy(new SleepingMillisIdleStrategy(1)));
    }

    @Override
    public boolean keepsMessages() {
        return false;
    }

    @Override
    public boolean isWaiting() {
        return false;
    }
}
