package io.millrace.log;

import io.millrace.log.segment.SegmentDescriptor;
import io.millrace.log.segment.SegmentIndex;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the partitions of a store as the last durable cut, and the run of the machine it was taken in, allow: see
 * {@link PartitionOpening}. Says what it found, a line for each partition that is not as it was left, and a summary. Used
 * once, by one thread.
 */
final class StoreRecovery {
    private static final Logger LOGGER = LoggerFactory.getLogger(LogStore.class);

    /** How the last run ended. */
    private enum End {
        CLOSED,
        PROCESS_ENDED,
        MACHINE_STOPPED
    }

    private final Path directory;
    private final CutManifest cut;
    private final boolean isSameBoot;
    private final boolean hasFailure;
    private final End end;

    private int partitionCount;
    private long recordCount;
    private long paddedCount;
    private long paddedLength;
    private long cutLength;
    private long damageCount;

    StoreRecovery(
            final Path directory,
            final CutManifest cut,
            final int damagedCuts,
            final byte[] bootId,
            final boolean hasFailure) {
        this.directory = directory;
        this.hasFailure = hasFailure;
        this.cut = cut;
        // A store without any cut is of an earlier release, or new.
        this.isSameBoot = cut == null || cut.isOfBoot(bootId);
        if (cut != null && cut.isClean() && damagedCuts == 0) {
            end = End.CLOSED;
        } else {
            // Where one of the two cuts is damaged, the other may be older than what was appended.
            end = isSameBoot ? End.PROCESS_ENDED : End.MACHINE_STOPPED;
        }
        if (cut == null && damagedCuts > 0) {
            LOGGER.error("both durable cuts are damaged: directory={}; everything that is found is kept", directory);
        }
    }

    /** Opens all partitions of a topic. */
    void open(final LogTopic topic) throws IOException {
        for (int i = 0; i < topic.partitionCount(); i++) {
            open(topic, topic.partition(i));
            partitionCount++;
        }
    }

    private void open(final LogTopic topic, final LogPartition partition) throws IOException {
        final int entry = cut == null ? CutManifest.NOT_FOUND : cut.find(topic.id(), partition.index());
        final boolean isNamed = entry != CutManifest.NOT_FOUND;
        final long begin = isNamed ? cut.begin(entry) : 0;
        final long position = isNamed ? cut.position(entry) : begin + SegmentDescriptor.HEADER_LENGTH;
        final long clock = isNamed ? cut.clock(entry) : SegmentIndex.NO_CLOCK;
        if (end == End.CLOSED && isNamed) {
            partition.resume(begin, position, clock, !isSameBoot);
        } else if (end == End.PROCESS_ENDED && isNamed && !partition.wasUsed(position)) {
            // Of what lies behind, nothing was written since the machine started, and nobody has looked at it yet.
            partition.resume(begin, position, clock, true);
        } else if (end == End.MACHINE_STOPPED) {
            add(partition.cut(
                    isNamed ? position : PartitionOpening.UNNAMED, begin, clock, !topic.isDerived(), hasFailure));
        } else {
            add(partition.recover(position, clock, hasFailure));
        }
    }

    private void add(final PartitionRecovery recovery) {
        recordCount += recovery.recordCount();
        paddedCount += recovery.paddedCount();
        paddedLength += recovery.paddedLength();
        cutLength += recovery.cutLength();
        damageCount += recovery.damages().size();
        recovery.damages().forEach(LOGGER::error);
        if (recovery.isChanged()) {
            LOGGER.info(
                    "partition repaired: {} tail={} claims never committed, now padding={} bytes={} removed behind the"
                            + " tail={}",
                    recovery.id(),
                    recovery.tailPosition(),
                    recovery.paddedCount(),
                    recovery.paddedLength(),
                    recovery.cutLength());
        }
    }

    void report(final int topicCount) {
        LOGGER.info(
                "store opened: directory={} after={} topics={} partitions={} records={} claims never committed, now"
                        + " padding={} bytes={} removed behind the tails={} damages={}",
                directory,
                end,
                topicCount,
                partitionCount,
                recordCount,
                paddedCount,
                paddedLength,
                cutLength,
                damageCount);
    }
}
