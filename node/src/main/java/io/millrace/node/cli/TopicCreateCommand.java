package io.millrace.node.cli;

import io.millrace.log.Durability;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.transport.Admin;
import io.millrace.transport.protocol.TopicSettings;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace topic create}. */
@Command(
        name = "create",
        description = "Create a topic.",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "2:bad input, or a wrong setting",
            "3:it exists, not allowed, or too many topics or partitions",
            "4:no node answers"
        })
final class TopicCreateCommand extends AdminCommand {
    @Parameters(index = "0", paramLabel = "TOPIC", description = "Letters, digits, '.', '_' and '-'.")
    private String topic;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            defaultValue = "1",
            description = "Partitions, for good. Default: ${DEFAULT-VALUE}.")
    private int partitions;

    @Option(
            names = "--durability",
            paramLabel = "process|power",
            description = "What an acknowledged record survives. Default: what the node says.")
    private Durability durability;

    @Option(
            names = "--segment-length",
            paramLabel = "SIZE",
            converter = TopicKeeping.SizeConverter.class,
            description = "Length of its segment files, a power of two. Default: what the node says.")
    private Long segmentLength;

    @Option(names = "--if-not-exists", description = "Be content with one that exists, whatever it is like.")
    private boolean isContentWithExisting;

    @Mixin
    private TopicKeeping keeping;

    @Override
    void run(final Admin admin, final PrintWriter out) {
        if (partitions < 1) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION, "a topic has at least one partition: --partitions " + partitions);
        }
        TopicSettings settings =
                TopicSettings.DEFAULTS.withPartitions(partitions).withDurability(durability);
        if (segmentLength != null) {
            settings = settings.withSegmentLength((int) Math.min(Integer.MAX_VALUE, segmentLength));
        }
        try {
            admin.createTopic(topic, keeping.applyTo(settings));
            say("topic " + topic + " created");
        } catch (final MillraceException ex) {
            if (!isContentWithExisting || ex.code() != ErrorCode.TOPIC_EXISTS) {
                throw ex;
            }
            say("topic " + topic + " exists");
        }
    }
}
