package io.millrace.perf.compare;

import io.millrace.perf.compare.child.Scale;
import picocli.CommandLine.Command;

/** {@code millrace perf log}. */
@Command(
        name = "log",
        description = {
            "Measure the log beside plain copies into mapped files, Chronicle Queue, Aeron Archive and Aeron IPC, each in "
                    + "a JVM of its own, and check that every message arrived.",
            "Takes about 15 minutes (--quick: 5) and up to 5 GB of disk (--quick: 1) meanwhile; leave the machine alone.",
            "What: append, read, two-appenders, batch, hop, reopen, power, footprint.",
            "Of whom: idle, memcpy-cold, memcpy-filled, memcpy-warm, millrace, millrace-growing, chronicle, aeron-archive, "
                    + "aeron-archive-live, aeron-ipc."
        },
        descriptionHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:measured", "1:a process failed, or a message was lost or altered", "2:wrong use"},
        usageHelpAutoWidth = true)
final class PerfLogCommand extends SuiteCommand {
    PerfLogCommand() {
        this(null);
    }

    /** For tests: with a scale of their own. */
    PerfLogCommand(final Scale ownScale) {
        super(Suite.LOG, ownScale);
    }
}
