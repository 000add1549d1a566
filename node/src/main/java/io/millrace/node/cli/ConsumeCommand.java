package io.millrace.node.cli;

import io.millrace.log.record.RecordFlyweight;
import io.millrace.transport.Admin;
import io.millrace.transport.AdminContext;
import io.millrace.transport.GroupSubscriberContext;
import io.millrace.transport.Subscriber;
import io.millrace.transport.SubscriberContext;
import io.millrace.transport.protocol.TopicDescription;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code millrace consume}: records of a topic go to standard output. */
@Command(
        name = "consume",
        description = "Print the records of a topic: what is there, or also what comes.",
        descriptionHeading = "%n",
        optionListHeading = "%nOptions:%n",
        parameterListHeading = "%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all that was asked for is printed, or the reader of the output had enough",
            "2:wrong use of the command line",
            "3:no such topic, not allowed, the position was removed, or the group gave away what was printed last",
            "4:no node answers, or it stopped answering",
            "130, 143:stopped by Ctrl-C or SIGTERM"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  millrace consume trades --node data | head",
            "  millrace consume trades --from 10m --follow --format json",
            "  millrace consume trades --key-separator : >trades.txt",
            "  millrace consume trades --schema trades.xml >trades.jsonl",
            "  millrace consume trades --group billing --follow >>billing.txt",
            "",
            "With --group, several of these share a topic: each partition is printed by",
            "one of them, which goes on where the group has committed. What standard output",
            "has taken is committed at least once a second and at the end, so every record",
            "is printed at least once; after a crash, a broken pipe or a pause of more than",
            "10 s, what was not committed is printed again."
        },
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        versionProvider = VersionCommand.Provider.class)
final class ConsumeCommand implements Callable<Integer> {
    private static final int ALL = -1;
    private static final int POLL_LIMIT = 256;
    private static final int OUTPUT_LENGTH = 64 * 1024;
    private static final long IDLE_NS = TimeUnit.MICROSECONDS.toNanos(200);

    /** What lies behind the last record may be padding, which nobody delivers. */
    private static final long SILENCE_NS = TimeUnit.SECONDS.toNanos(1);

    @Spec
    private CommandSpec spec;

    @Mixin
    private NodeClient node;

    @Mixin
    private ConsumedFormat format;

    @Parameters(index = "0", paramLabel = "TOPIC", description = "Name of the topic.")
    private String topic;

    @Option(
            names = "--from",
            paramLabel = "begin|end|POSITION|TIME",
            defaultValue = "begin",
            converter = StartOption.Converter.class,
            description = "Where to begin; a TIME is 2026-01-31T12:00:00Z, or how long ago: 10m."
                    + " Default: ${DEFAULT-VALUE}.")
    private StartOption start;

    @Option(names = "--follow", description = "Go on with what comes, until stopped.")
    private boolean isFollowing;

    @Option(
            names = "--group",
            paramLabel = "NAME",
            description =
                    "Be a member of this consumer group, which is made when it is not there. --from begin|end then counts"
                            + " only for a topic that is new to the group.")
    private String group;

    @Option(
            names = "--member",
            paramLabel = "NAME",
            description = "With --group, what `group describe` calls this member. Default: consume-PID.")
    private String memberName;

    @Option(names = "--partition", paramLabel = "P", description = "Only this partition. Default: all.")
    private Integer givenPartition;

    @Option(names = "--limit", paramLabel = "N", description = "Stop after N records. Default: never.")
    private long limit = Long.MAX_VALUE;

    private int partition = ALL;
    private long count;
    private boolean isCutShort;

    @Override
    public Integer call() {
        checkGroup();
        format.begin();
        if (limit < 1) {
            throw new ParameterException(spec.commandLine(), "--limit must be 1 or more: " + limit);
        }
        final PrintStream target = System.out;
        final OutputStream out = new BufferedOutputStream(target, OUTPUT_LENGTH);
        final SubscriberContext context = new SubscriberContext().topic(topic);
        try (NodeClient.Link link = node.open()) {
            final List<TopicDescription.PartitionRange> ranges = ranges(link);
            if (group != null) {
                new GroupConsumption(format, ranges, target, out, limit).run(link.reach(groupContext()), isFollowing);
                return ExitCode.OK;
            }
            applyStart(context, ranges.size());
            try (Subscriber subscriber = Subscriber.connect(link.reach(context))) {
                consume(subscriber, ranges, out, target);
                if (isCutShort) {
                    // A node that does not answer has not said all: that is an error, not the end.
                    ranges(link);
                }
            }
        } finally {
            // What was read before a record that ends this is printed all the same.
            flush(out);
        }
        return ExitCode.OK;
    }

    private List<TopicDescription.PartitionRange> ranges(final NodeClient.Link link) {
        try (Admin admin = Admin.connect(link.reach(new AdminContext()))) {
            return admin.describeTopic(topic).partitions();
        }
    }

    private void checkGroup() {
        if (group == null && memberName != null) {
            throw new ParameterException(spec.commandLine(), "--member goes with --group");
        }
        if (group != null && givenPartition != null) {
            throw new ParameterException(
                    spec.commandLine(), "--partition does not go with --group: the group shares out the partitions");
        }
        if (group != null && start != StartOption.BEGIN && start != StartOption.END) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--from must be begin or end with --group, which goes on where it has committed; to move it, use"
                            + " `millrace group reset`");
        }
    }

    private GroupSubscriberContext groupContext() {
        final GroupSubscriberContext context = new GroupSubscriberContext()
                .group(group)
                .topics(topic)
                .memberName(
                        memberName == null
                                ? "consume-" + ProcessHandle.current().pid()
                                : memberName);
        return start == StartOption.END ? context.fromEnd() : context;
    }

    private void applyStart(final SubscriberContext context, final int partitionCount) {
        if (givenPartition != null) {
            partition = givenPartition;
            if (partition < 0 || partition >= partitionCount) {
                throw new ParameterException(
                        spec.commandLine(), "--partition must be from 0 to " + (partitionCount - 1) + ": " + partition);
            }
        }
        try {
            start.applyTo(context, partition);
        } catch (final TypeConversionException ex) {
            throw new ParameterException(spec.commandLine(), ex.getMessage());
        }
    }

    private void consume(
            final Subscriber subscriber,
            final List<TopicDescription.PartitionRange> ranges,
            final OutputStream out,
            final PrintStream target) {
        long silentSinceNs = System.nanoTime();
        while (count < limit && !Thread.currentThread().isInterrupted()) {
            final int polled = subscriber.poll(
                    (from, record) -> write(from, record, out), (int) Math.min(POLL_LIMIT, limit - count));
            if (polled == 0) {
                flush(out);
            }
            if (target.checkError()) {
                // Whoever read this has had enough.
                return;
            }
            if (polled > 0) {
                silentSinceNs = System.nanoTime();
                continue;
            }
            if (!isFollowing && isAtEnd(subscriber, ranges)) {
                break;
            }
            if (!isFollowing && System.nanoTime() - silentSinceNs > SILENCE_NS) {
                isCutShort = true;
                break;
            }
            LockSupport.parkNanos(IDLE_NS);
        }
        flush(out);
    }

    private void write(final int from, final RecordFlyweight record, final OutputStream out) {
        if ((partition == ALL || partition == from) && format.isShown(record) && count < limit) {
            try {
                format.write(topic, from, record, out);
            } catch (final IOException ex) {
                throw new UncheckedIOException(ex);
            }
            count++;
        }
    }

    private boolean isAtEnd(final Subscriber subscriber, final List<TopicDescription.PartitionRange> ranges) {
        for (int i = 0; i < ranges.size(); i++) {
            if ((partition == ALL || partition == i)
                    && subscriber.position(i) < ranges.get(i).endPosition()) {
                return false;
            }
        }
        return true;
    }

    private static void flush(final OutputStream out) {
        try {
            out.flush();
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }
}
