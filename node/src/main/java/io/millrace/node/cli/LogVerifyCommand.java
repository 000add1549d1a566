package io.millrace.node.cli;

import io.millrace.log.LogPartition;
import io.millrace.log.LogStore;
import io.millrace.log.error.MillraceException;
import io.millrace.log.segment.SegmentInspection;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code millrace log verify}. */
@Command(
        name = "verify",
        description = "Check every header and every checksum that is filled.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:no damage", "1:something is damaged; each line names file and position", "2:wrong use"},
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true)
final class LogVerifyCommand implements Callable<Integer> {
    private static final long PROGRESS_NS = TimeUnit.SECONDS.toNanos(2);

    @Spec
    private CommandSpec spec;

    @Mixin
    private LogSelection selection;

    private long segmentCount;
    private long recordCount;
    private long checksumCount;
    private long length;
    private long openClaims;
    private long damageCount;

    @Override
    public Integer call() {
        final PrintWriter out = spec.commandLine().getOut();
        int partitionCount = 0;
        try (LogStore store = selection.open()) {
            for (final LogPartition partition : selection.partitions(store)) {
                verify(partition, out);
                partitionCount++;
            }
        }
        out.printf(
                "%s: partitions=%d segments=%d bytes=%d records=%d checksums=%d without=%d open claims=%d damaged=%d%n",
                damageCount == 0 ? "ok" : "DAMAGED",
                partitionCount,
                segmentCount,
                length,
                recordCount,
                checksumCount,
                recordCount - checksumCount,
                openClaims,
                damageCount);
        out.flush();
        return damageCount == 0 ? ExitCode.OK : ExitCode.FAILED;
    }

    private void verify(final LogPartition partition, final PrintWriter out) {
        final String name = LogSelection.name(partition);
        long saidNs = System.nanoTime();
        try {
            for (final long base : partition.segmentPositions()) {
                final SegmentInspection segment = partition.inspect(base, true, record -> true);
                add(segment);
                if (!segment.isIntact()) {
                    out.println(damageLine(name, segment));
                }
                if (System.nanoTime() - saidNs > PROGRESS_NS) {
                    saidNs = System.nanoTime();
                    out.printf("%s: verified up to position %d%n", name, segment.endPosition());
                    out.flush();
                }
            }
        } catch (final MillraceException ex) {
            damageCount++;
            out.println("DAMAGED " + name + ": " + ex.getMessage());
        }
    }

    private void add(final SegmentInspection segment) {
        segmentCount++;
        recordCount += segment.recordCount();
        checksumCount += segment.checksumCount();
        length += segment.endPosition() - segment.basePosition();
        openClaims += segment.openClaims();
        damageCount += segment.isIntact() ? 0 : 1;
    }

    static String damageLine(final String partition, final SegmentInspection segment) {
        return "DAMAGED " + partition + ": position=" + segment.damagePosition() + " file=" + segment.file()
                + " offset=" + (segment.damagePosition() - segment.basePosition()) + ": " + segment.damage();
    }
}
