package io.millrace.worker;

import io.millrace.log.Durability;
import io.millrace.log.LogContext;
import io.millrace.log.LogPartition;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.TopicSpec;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.streams.Job;
import io.millrace.transport.protocol.TopicDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.CloseHelper;

/**
 * Puts a worker together, in an order that matters: the directory is owned before it is looked at; a start that is refused is refused
 * before the outputs are opened at the node, which ends a worker before this one; what the node holds of them is believed only
 * after that; the job starts last. Used by one thread.
 */
final class WorkerParts implements AutoCloseable {
    private static final long IDLE_NS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final int MARK_SEGMENT_LENGTH = 64 * 1024;
    private static final int MAX_NAME_LENGTH = 249;

    private final JobWorkerContext context;
    private final WorkerCounts counts = new WorkerCounts();
    private final TickRequests ticks = new TickRequests();
    private final List<SourceMirror> mirrors = new ArrayList<>();
    private final List<OutputForwarder> forwarders = new ArrayList<>();
    private final List<TickForwarder> tickForwarders = new ArrayList<>();
    private final LogStore store;
    private String name;
    private Job job;

    private WorkerParts(final JobWorkerContext context, final LogStore store) {
        this.context = context;
        this.store = store;
    }

    static WorkerParts open(final JobWorkerContext context) {
        final WorkerDirectory directory = new WorkerDirectory(context.directory());
        final LogContext log = new LogContext().directory(directory.log());
        context.log().accept(log);
        final WorkerParts parts = new WorkerParts(context, LogStore.launch(log));
        try {
            parts.assemble(directory);
            return parts;
        } catch (final RuntimeException | Error ex) {
            parts.abandon();
            throw ex;
        }
    }

    private void assemble(final WorkerDirectory directory) {
        try (NodeTopics node = new NodeTopics(context.node())) {
            final JobTopology topology = new JobTopology(
                    context.topology(),
                    context.job(),
                    topic -> node.topic(topic).spec().partitions());
            name = topology.job();
            final List<TopicDescription> sources =
                    topology.sources().stream().map(node::topic).toList();
            final List<TopicDescription> outputs = topology.outputs().entrySet().stream()
                    .map(output -> node.topicOrNew(output.getKey(), output.getValue()))
                    .toList();
            directory.take(name, node.storeIdentity(), node.topicIds());
            outputs.forEach(this::openOutput);
            sources.forEach(this::openSource);
            forwarders.forEach(OutputForwarder::begin);
            context.job().sourceTicks(ticks);
            if (isBounded()) {
                awaitMirrored(sources);
            }
        }
        job = Job.start(store, context.topology(), context.job());
    }

    private void openOutput(final TopicDescription described) {
        final TopicSpec spec = described.spec();
        final LogTopic output = store.createTopic(TopicSpec.named(spec.name())
                .partitions(spec.partitions())
                .segmentLength(spec.segmentLength())
                .durability(spec.durability()));
        final String marks = markTopic(spec.name());
        final LogTopic markTopic = store.createTopic(TopicSpec.named(marks)
                .partitions(spec.partitions())
                .segmentLength(MARK_SEGMENT_LENGTH)
                .internal(true));
        // After a loss of power, no mark may count records that are not there.
        store.derives(output.name(), marks);
        forwarders.add(new OutputForwarder(name, output, markTopic, context.node(), counts.forwardedRecords));
    }

    private String markTopic(final String output) {
        final String marks = name + '.' + output + ".forwarded";
        if (marks.length() > MAX_NAME_LENGTH) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION,
                    "the topic in which a worker remembers what it has sent is named after job " + name + " and output "
                            + output + " and would have " + marks.length() + " characters, " + MAX_NAME_LENGTH
                            + " are allowed; shorten one of the names");
        }
        return marks;
    }

    private void openSource(final TopicDescription described) {
        final TopicSpec spec = described.spec();
        final long[] begins = described.partitions().stream()
                .mapToLong(TopicDescription.PartitionRange::beginPosition)
                .toArray();
        if (store.hasTopic(spec.name()) && !hasBegun() && isEmpty(store.topic(spec.name()))) {
            // Where the source begins may have moved since.
            store.deleteTopic(spec.name(), true);
        }
        final TopicSpec mirror = TopicSpec.named(spec.name())
                .partitions(spec.partitions())
                .segmentLength(spec.segmentLength())
                .durability(Durability.PROCESS);
        ticks.add(spec.name(), spec.partitions());
        final SourceMirror source = new SourceMirror(
                store.createMirror(mirror, begins),
                spec.isCompacted(),
                context.node(),
                ticks.of(spec.name()),
                counts.mirroredRecords);
        mirrors.add(source);
        tickForwarders.add(new TickForwarder(
                spec.name(),
                spec.partitions(),
                OutputForwarder.producerName(name),
                context.node(),
                ticks.of(spec.name()),
                counts.ticks));
        source.connect();
    }

    private boolean hasBegun() {
        return store.producerNames().stream().anyMatch(producer -> producer.startsWith(name + "/"));
    }

    private static boolean isEmpty(final LogTopic topic) {
        for (int i = 0; i < topic.partitionCount(); i++) {
            final LogPartition partition = topic.partition(i);
            if (partition.tailPosition() > partition.beginPosition()) {
                return false;
            }
        }
        return true;
    }

    /** Whether the job asks where something is in its sources, of which it must see all that is there. */
    private boolean isBounded() {
        return context.job().from() != null
                || context.job().to() != null
                || context.job().stopAt() != null;
    }

    private void awaitMirrored(final List<TopicDescription> sources) {
        for (int i = 0; i < mirrors.size(); i++) {
            while (!mirrors.get(i).hasReached(sources.get(i))) {
                if (mirrors.get(i).poll() == 0) {
                    LockSupport.parkNanos(IDLE_NS);
                }
                if (Thread.currentThread().isInterrupted()) {
                    throw new MillraceException(
                            ErrorCode.INTERRUPTED, "interrupted while the sources were mirrored: job=" + name);
                }
            }
        }
    }

    String name() {
        return name;
    }

    Job job() {
        return job;
    }

    WorkerCounts counts() {
        return counts;
    }

    List<SourceMirror> mirrors() {
        return mirrors;
    }

    List<OutputForwarder> forwarders() {
        return forwarders;
    }

    List<TickForwarder> tickForwarders() {
        return tickForwarders;
    }

    /** Lets go of what a start that failed had taken. */
    private void abandon() {
        CloseHelper.quietCloseAll(mirrors);
        CloseHelper.quietCloseAll(forwarders);
        CloseHelper.quietCloseAll(tickForwarders);
        CloseHelper.quietClose(store);
    }

    /** Gives the directory up, after those who use it have ended. */
    @Override
    public void close() {
        store.close();
    }
}
