package io.millrace.node.cli;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.transport.Admin;
import io.millrace.transport.protocol.TopicSettings;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace topic alter}. */
@Command(
        name = "alter",
        description = "Change how much of a topic is kept; takes effect within a second.",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true)
final class TopicAlterCommand extends AdminCommand {
    @Parameters(index = "0", paramLabel = "TOPIC", description = "Name of the topic.")
    private String topic;

    @Mixin
    private TopicKeeping keeping;

    @Override
    void run(final Admin admin, final PrintWriter out) {
        final TopicSettings settings = keeping.applyTo(TopicSettings.DEFAULTS);
        if (settings.equals(TopicSettings.DEFAULTS)) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION,
                    "nothing to change: give --retention-bytes, --retention-time, --compact or --tombstone-retention");
        }
        admin.alterTopic(topic, settings);
        say("topic " + topic + " altered");
    }
}
