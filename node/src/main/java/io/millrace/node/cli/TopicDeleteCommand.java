package io.millrace.node.cli;

import io.millrace.transport.Admin;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace topic delete}. */
@Command(
        name = "delete",
        description = "Delete a topic with all its records, for good.",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true)
final class TopicDeleteCommand extends AdminCommand {
    @Parameters(index = "0", paramLabel = "TOPIC", description = "Name of the topic.")
    private String topic;

    @Option(
            names = "--force",
            description = "Although other topics are made from it, or it belongs to a job: such a job fails.")
    private boolean isForced;

    @Override
    void run(final Admin admin, final PrintWriter out) {
        admin.deleteTopic(topic, isForced);
        say("topic " + topic + " deleted");
    }
}
