package io.millrace.perf.compare;

import io.millrace.perf.compare.child.Scale;
import picocli.CommandLine.Command;

/** {@code millrace perf transport}. */
@Command(
        name = "transport",
        description = {
            "Measure publishing to a node, and the way from a publisher through the node's log to a subscriber, beside plain "
                    + "Aeron and Kafka, each with a serving process of its own, and check that every message arrived.",
            "Takes about 12 minutes (--quick: more than 5) and up to 7 GB of disk (--quick: 2) meanwhile; leave the machine alone.",
            "What: publish, round-20k, round-100k, round-500k.",
            "Of whom: idle, plain-ipc, node-ipc, node-ipc-log, plain-udp, node-udp, node-udp-log, kafka."
        },
        descriptionHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:measured", "1:a process failed, or a message was lost or altered", "2:wrong use"},
        usageHelpAutoWidth = true)
final class PerfTransportCommand extends SuiteCommand {
    PerfTransportCommand() {
        this(null);
    }

    /** For tests: with a scale of their own. */
    PerfTransportCommand(final Scale ownScale) {
        super(Suite.TRANSPORT, ownScale);
    }
}
