package io.millrace.node.cli;

import io.millrace.transport.GroupAdmin;
import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace queue create}. */
@Command(
        name = "create",
        description = "Make a queue on a topic, unless it is there with the same settings.",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true)
final class QueueCreateCommand extends GroupAdminCommand {
    @Parameters(paramLabel = "QUEUE", description = "Name of the queue.")
    private String queue;

    @Option(names = "--topic", required = true, paramLabel = "TOPIC", description = "Whose records it hands out.")
    private String topic;

    @Option(
            names = "--dead-letters",
            paramLabel = "TOPIC",
            description = "Where messages go that were delivered too often. Default: QUEUE.dead.")
    private String deadLetters;

    @Option(names = "--lease-ms", paramLabel = "N", description = "How long a message may be held. Default: 30000.")
    private long leaseMs = TimeUnit.NANOSECONDS.toMillis(GroupAdmin.DEFAULT_LEASE_NS);

    @Option(
            names = "--max-deliveries",
            paramLabel = "N",
            description = "After which a message is a dead letter. Default: " + GroupAdmin.DEFAULT_MAX_DELIVERIES + '.')
    private int maxDeliveries = GroupAdmin.DEFAULT_MAX_DELIVERIES;

    @Option(
            names = "--max-outstanding",
            paramLabel = "N",
            description = "Messages under way at most. Default: " + GroupAdmin.DEFAULT_MAX_OUTSTANDING + '.')
    private int maxOutstanding = GroupAdmin.DEFAULT_MAX_OUTSTANDING;

    @Override
    void run(final GroupAdmin admin, final PrintWriter out) {
        final boolean isThere = isThere(admin);
        admin.createQueue(
                queue,
                topic,
                deadLetters == null ? queue + ".dead" : deadLetters,
                TimeUnit.MILLISECONDS.toNanos(leaseMs),
                maxDeliveries,
                maxOutstanding);
        say("queue " + queue + (isThere ? " exists" : " created"));
    }

    /** The answer to creating a queue is the same for one that was there. */
    private boolean isThere(final GroupAdmin admin) {
        return admin.listQueues().lines().anyMatch(line -> line.startsWith(queue + '\t'));
    }
}
