package io.millrace.perf.compare.contender;

import io.aeron.Aeron;
import io.aeron.CommonContext;
import io.aeron.Publication;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;

/** Aeron's IPC channel with an embedded driver: the same hop, in memory, kept by nobody. */
final class AeronIpc implements Contender {
    private final MediaDriver driver;
    private final Aeron aeron;
    private final boolean isShared;

    AeronIpc(final OpenOptions options) {
        isShared = options.appenders() > 1;
        driver = MediaDriver.launch(driverContext(options));
        aeron = Aeron.connect(new Aeron.Context().aeronDirectoryName(driver.aeronDirectoryName()));
    }

    static MediaDriver.Context driverContext(final OpenOptions options) {
        return new MediaDriver.Context()
                .aeronDirectoryName(options.memoryDirectory().toString())
                .threadingMode(ThreadingMode.SHARED)
                .termBufferSparseFile(false)
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true);
    }

    static int streamId(final int partition) {
        return 100 + partition;
    }

    @Override
    public MessageAppender appender(final int partition) {
        final Publication publication = isShared
                ? aeron.addPublication(CommonContext.IPC_CHANNEL, streamId(partition))
                : aeron.addExclusivePublication(CommonContext.IPC_CHANNEL, streamId(partition));
        return new AeronAppender(publication);
    }

    @Override
    public MessageReader reader(final int partition) {
        return new AeronReader(aeron.addSubscription(CommonContext.IPC_CHANNEL, streamId(partition)));
    }

    @Override
    public void close() {
        aeron.close();
        driver.close();
    }
}
