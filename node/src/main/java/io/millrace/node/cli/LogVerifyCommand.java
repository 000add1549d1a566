package io.millrace.node.cli;

import io.millrace.log.LogPartition;
import io.millrace.log.LogStore;
import io.millrace.log.error.MillraceException;
import io.millrace.log.segment.SegmentInspection;
import io.millrace.node.demo.Terminal;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
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
        final List<LogPartition> partitions;
        try (LogStore store = selection.open()) {
            partitions = selection.partitions(store);
            try (VerifyProgress progress = newProgress(partitions)) {
                partitions.forEach(partition -> verify(partition, out, progress));
            }
        }
        out.printf(
                "%s: partitions=%d segments=%d bytes=%d records=%d checksums=%d without=%d open claims=%d damaged=%d%n",
                damageCount == 0 ? "ok" : "DAMAGED",
                partitions.size(),
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

    private VerifyProgress newProgress(final List<LogPartition> partitions) {
        long totalLength = 0;
        for (final LogPartition partition : partitions) {
            try {
                totalLength += (long) partition.segmentPositions().size() * partition.segmentLength();
            } catch (final MillraceException ignored) {
                // Said when the partition's turn comes.
            }
        }
        return new VerifyProgress(spec.commandLine().getErr(), totalLength, Terminal.isTerminal());
    }

    private void verify(final LogPartition partition, final PrintWriter out, final VerifyProgress progress) {
        final String name = LogSelection.name(partition);
        try {
            for (final long base : partition.segmentPositions()) {
                final SegmentInspection segment = partition.inspect(base, true, record -> true);
                progress.step(name, partition.segmentLength());
                if (LogSelection.isRemoved(partition, segment)) {
                    continue;
                }
                add(segment);
                if (!segment.isIntact()) {
                    out.println(damageLine(name, segment));
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
