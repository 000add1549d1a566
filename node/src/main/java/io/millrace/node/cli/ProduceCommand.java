package io.millrace.node.cli;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.transport.Publisher;
import io.millrace.transport.PublisherContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace produce}: lines of standard input become records of a topic. */
@Command(
        name = "produce",
        description = "Publish the lines of standard input to a topic.",
        descriptionHeading = "%n",
        optionListHeading = "%nOptions:%n",
        parameterListHeading = "%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every line is held by the topic, as durable as the topic is",
            "2:a line is not what it should be; those before it are held",
            "3:no such topic, or not allowed",
            "4:no node answers, or it stopped answering"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  echo 'hello, world' | millrace produce greetings --node data",
            "  millrace produce quotes --key-separator : --node data <quotes.txt",
            "  millrace produce orders --key-field customer --producer import-7 <orders.jsonl",
            "  millrace produce trades --schema trades.xml --message Trade <trades.jsonl",
            "",
            "With --producer, send the same input again after a failure: what the topic holds",
            "of that name is recognised by its number and not stored twice."
        },
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        versionProvider = VersionCommand.Provider.class)
final class ProduceCommand implements Callable<Integer> {
    private static final long NO_PROGRESS_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long IDLE_NS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final long SHOW_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final int ANY = -1;

    /** Where lines come from; tests give others. */
    static InputStream input = System.in;

    @Spec
    private CommandSpec spec;

    @Mixin
    private NodeClient node;

    @Mixin
    private LineRecord record;

    @Parameters(index = "0", paramLabel = "TOPIC", description = "Name of the topic.")
    private String topic;

    @Option(
            names = "--partition",
            paramLabel = "P",
            description = "Publish to this partition. Default: that of the key; without a key, one after the other.")
    private Integer givenPartition;

    private int partition = ANY;

    @Option(
            names = "--producer",
            paramLabel = "NAME",
            description = "Number the lines under this name, from 0 on, so that what was stored before is recognised."
                    + " Default: a new name.")
    private String producer;

    @Option(names = "--quiet", description = "Say nothing when all went well.")
    private boolean isQuiet;

    private long sentCount;
    private long heldCount;
    private int nextPartition;
    private long shownNs;
    private boolean isTerminal;

    @Override
    public Integer call() throws IOException {
        record.begin();
        isTerminal = !isQuiet && System.console() != null;
        final PublisherContext context = new PublisherContext()
                .topic(topic)
                .producerName(producer == null ? "produce-" + UUID.randomUUID() : producer);
        try (NodeClient.Link link = node.open();
                Publisher publisher = Publisher.connect(link.reach(context))) {
            partition = givenPartition == null ? ANY : givenPartition;
            if (givenPartition != null && (partition < 0 || partition >= publisher.partitionCount())) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--partition must be from 0 to " + (publisher.partitionCount() - 1) + ": " + partition);
            }
            try {
                publishAll(publisher);
            } finally {
                awaitAcknowledged(publisher);
            }
        }
        if (!isQuiet) {
            final PrintWriter err = spec.commandLine().getErr();
            err.println((isTerminal ? "\r" : "")
                    + String.format(Locale.ROOT, "%,d record%s in %s", sentCount, sentCount == 1 ? "" : "s", topic)
                    + (heldCount > 0 ? String.format(Locale.ROOT, ", %,d of them held before", heldCount) : ""));
            err.flush();
        }
        return ExitCode.OK;
    }

    private void publishAll(final Publisher publisher) throws IOException {
        final LineInput line = new LineInput(input);
        while (next(line, publisher)) {
            record.read(line);
            publish(publisher, line);
            if (!line.isReady()) {
                // The next line may be long in coming: what is sent now is on its way.
                publisher.poll();
            }
            show(publisher);
        }
    }

    private static boolean next(final LineInput line, final Publisher publisher) throws IOException {
        try {
            return line.next(publisher.maxRecordLength());
        } catch (final IOException ex) {
            throw new MillraceException(ErrorCode.CONFIGURATION, "cannot read standard input: " + ex.getMessage(), ex);
        }
    }

    private void publish(final Publisher publisher, final LineInput line) {
        final byte[] keyBytes = record.key();
        final UnsafeBuffer key = new UnsafeBuffer(keyBytes);
        final DirectBuffer value = record.value(line);
        final int valueOffset = record.valueOffset();
        final int valueLength = record.valueLength();
        final long eventTimeNs = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
        final int chosen = chosenPartition(publisher, keyBytes.length);
        final long deadlineNs = System.nanoTime() + NO_PROGRESS_TIMEOUT_NS;
        while (true) {
            final long result = chosen == ANY
                    ? publisher.offer(eventTimeNs, key, 0, keyBytes.length, value, valueOffset, valueLength)
                    : publisher.offerTo(chosen, eventTimeNs, key, 0, keyBytes.length, value, valueOffset, valueLength);
            if (result >= 0) {
                sentCount++;
                return;
            }
            if (result == Outcome.RECORD_TOO_LONG) {
                throw new MillraceException(
                        ErrorCode.CONFIGURATION,
                        "line " + line.number() + " is too long: length=" + (keyBytes.length + valueLength) + " max="
                                + publisher.maxRecordLength());
            }
            // Throws the reason when the session has ended.
            publisher.poll();
            checkProgress(deadlineNs);
            LockSupport.parkNanos(IDLE_NS);
        }
    }

    private int chosenPartition(final Publisher publisher, final int keyLength) {
        if (partition != ANY || keyLength > 0) {
            return partition;
        }
        final int chosen = nextPartition;
        nextPartition = chosen + 1 == publisher.partitionCount() ? 0 : chosen + 1;
        return chosen;
    }

    private void awaitAcknowledged(final Publisher publisher) {
        long deadlineNs = System.nanoTime() + NO_PROGRESS_TIMEOUT_NS;
        while (!publisher.isFullyAcknowledged()) {
            if (publisher.poll() > 0) {
                deadlineNs = System.nanoTime() + NO_PROGRESS_TIMEOUT_NS;
            } else {
                LockSupport.parkNanos(IDLE_NS);
            }
            checkProgress(deadlineNs);
        }
        for (int i = 0; i < publisher.partitionCount(); i++) {
            heldCount += Math.max(0, Math.min(publisher.lastSequence(i) + 1, publisher.nextSequence(i)));
        }
    }

    private void checkProgress(final long deadlineNs) {
        if (Thread.currentThread().isInterrupted()) {
            throw new MillraceException(ErrorCode.INTERRUPTED, "interrupted: topic=" + topic + " sent=" + sentCount);
        }
        if (System.nanoTime() - deadlineNs > 0) {
            throw new MillraceException(
                    ErrorCode.TRANSPORT,
                    "the node has acknowledged nothing for 30 s: topic=" + topic + " sent=" + sentCount
                            + "; what was not acknowledged may or may not be held");
        }
    }

    private void show(final Publisher publisher) {
        if (isTerminal && (sentCount & 0xFF) == 0 && System.nanoTime() - shownNs > SHOW_INTERVAL_NS) {
            shownNs = System.nanoTime();
            spec.commandLine().getErr().printf(Locale.ROOT, "\r%,d sent", sentCount);
            spec.commandLine().getErr().flush();
        }
    }
}
