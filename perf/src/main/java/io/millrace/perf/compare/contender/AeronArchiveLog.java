package io.millrace.perf.compare.contender;

import io.aeron.Aeron;
import io.aeron.CommonContext;
import io.aeron.Publication;
import io.aeron.archive.Archive;
import io.aeron.archive.ArchiveThreadingMode;
import io.aeron.archive.ArchivingMediaDriver;
import io.aeron.archive.client.AeronArchive;
import io.aeron.archive.status.RecordingPos;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.status.CountersReader;

/**
 * An IPC publication that an embedded Aeron Archive records. Readers get a replay from the recording that follows what is
 * recorded later, or, where they are live, the publication itself beside the recording.
 */
final class AeronArchiveLog implements Contender {
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Replays of one partition after the other must not meet on a stream. */
    private static final int FIRST_REPLAY_STREAM_ID = 1000;

    private final ArchivingMediaDriver driver;
    private final AeronArchive client;
    private final Aeron aeron;
    private final boolean isLive;
    private int nextReplayStreamId = FIRST_REPLAY_STREAM_ID;

    AeronArchiveLog(final OpenOptions options, final boolean isLive) {
        this.isLive = isLive;
        final int syncLevel = options.isForced() ? 1 : 0;
        final Archive.Context archive = new Archive.Context()
                .archiveDir(options.directory().resolve("archive").toFile())
                .controlChannelEnabled(false)
                .archiveClientContext(new AeronArchive.Context().controlResponseChannel(CommonContext.IPC_CHANNEL))
                .replicationChannel("aeron:udp?endpoint=localhost:0")
                .recordingEventsEnabled(false)
                .threadingMode(ArchiveThreadingMode.SHARED)
                .fileSyncLevel(syncLevel)
                .catalogFileSyncLevel(syncLevel);
        driver = ArchivingMediaDriver.launch(AeronIpc.driverContext(options), archive);
        client = AeronArchive.connect(new AeronArchive.Context()
                .aeronDirectoryName(driver.mediaDriver().aeronDirectoryName())
                .controlRequestChannel(CommonContext.IPC_CHANNEL)
                .controlRequestStreamId(archive.localControlStreamId())
                .controlResponseChannel(CommonContext.IPC_CHANNEL));
        aeron = client.context().aeron();
    }

    @Override
    public MessageAppender appender(final int partition) {
        return new Appender(
                client.addRecordedExclusivePublication(CommonContext.IPC_CHANNEL, AeronIpc.streamId(partition)));
    }

    @Override
    public synchronized MessageReader reader(final int partition) {
        if (isLive) {
            return new AeronReader(aeron.addSubscription(CommonContext.IPC_CHANNEL, AeronIpc.streamId(partition)));
        }
        return new AeronReader(client.replay(
                awaitRecording(partition),
                0,
                AeronArchive.REPLAY_ALL_AND_FOLLOW,
                CommonContext.IPC_CHANNEL,
                nextReplayStreamId++));
    }

    private long awaitRecording(final int partition) {
        final long deadlineNs = System.nanoTime() + TIMEOUT_NS;
        final long[] recordingId = {Aeron.NULL_VALUE};
        while (true) {
            client.listRecordingsForUri(
                    0,
                    Integer.MAX_VALUE,
                    CommonContext.IPC_CHANNEL,
                    AeronIpc.streamId(partition),
                    (controlSessionId,
                            correlationId,
                            id,
                            startTime,
                            stopTime,
                            startPosition,
                            stopPosition,
                            initialTermId,
                            segmentLength,
                            termLength,
                            mtuLength,
                            sessionId,
                            streamId,
                            strippedChannel,
                            channel,
                            sourceIdentity) -> recordingId[0] = id);
            if (recordingId[0] != Aeron.NULL_VALUE) {
                return recordingId[0];
            }
            checkDeadline(deadlineNs, "nothing is recorded");
            LockSupport.parkNanos(PAUSE_NS);
        }
    }

    private static void checkDeadline(final long deadlineNs, final String what) {
        if (System.nanoTime() - deadlineNs > 0) {
            throw new IllegalStateException(what);
        }
        Thread.onSpinWait();
    }

    @Override
    public void close() {
        client.close();
        driver.close();
    }

    private final class Appender extends AeronAppender {
        private final Publication publication;
        private final CountersReader counters = aeron.countersReader();
        private int counterId = CountersReader.NULL_COUNTER_ID;

        private Appender(final Publication publication) {
            super(publication);
            this.publication = publication;
        }

        @Override
        public void awaitStored() {
            final long deadlineNs = System.nanoTime() + TIMEOUT_NS;
            while (counterId == CountersReader.NULL_COUNTER_ID) {
                counterId = RecordingPos.findCounterIdBySession(counters, publication.sessionId(), client.archiveId());
                checkDeadline(deadlineNs, "the publication is not recorded");
            }
            final long end = publication.position();
            while (counters.getCounterValue(counterId) < end) {
                checkDeadline(deadlineNs, "the recording does not come to the end of what was published");
            }
        }

        /** With a sync level of 1 the recorded position moves on when the data is on the disk. */
        @Override
        public void awaitDurable() {
            awaitStored();
        }
    }
}
