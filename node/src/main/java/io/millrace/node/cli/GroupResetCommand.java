package io.millrace.node.cli;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.transport.GroupAdmin;
import io.millrace.transport.codec.StartKind;
import io.millrace.transport.protocol.StartPoint;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace group reset}. */
@Command(
        name = "reset",
        description = "Set where a group goes on; members that own a partition go on there, too.",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true)
final class GroupResetCommand extends GroupAdminCommand {
    private static final int ALL_PARTITIONS = -1;

    @Parameters(paramLabel = "GROUP", description = "Name of the group.")
    private String group;

    @Option(names = "--topic", paramLabel = "TOPIC", description = "Of the group. Default: all of them.")
    private String topic = "";

    @Option(names = "--partition", paramLabel = "N", description = "Of the topic. Default: all of them.")
    private int partition = ALL_PARTITIONS;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "WHERE",
            converter = StartPointConverter.class,
            description = "begin, end, a position (of one partition), or a time such as 2026-01-31T12:00:00Z.")
    private StartPoint start;

    @Override
    void run(final GroupAdmin admin, final PrintWriter out) {
        if (start.kind() == StartKind.POSITION && partition == ALL_PARTITIONS) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION, "a position belongs to one partition: give --partition, too");
        }
        TabbedLines.print(admin.resetGroup(group, topic, partition, start), out);
    }
}
