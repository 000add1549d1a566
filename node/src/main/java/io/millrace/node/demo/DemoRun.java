package io.millrace.node.demo;

import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.TopicSpec;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordHandler;
import io.millrace.log.record.RecordKind;
import io.millrace.node.Node;
import io.millrace.node.NodeContext;
import io.millrace.node.demo.codec.MessageHeaderDecoder;
import io.millrace.node.demo.codec.TradeDecoder;
import io.millrace.operators.task.SkippedRecord;
import io.millrace.streams.Job;
import io.millrace.streams.JobContext;
import io.millrace.transport.Publisher;
import io.millrace.transport.PublisherContext;
import io.millrace.transport.Subscriber;
import io.millrace.transport.SubscriberContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.agrona.CloseHelper;

/**
 * One run of the demo: a node, the job on it, a feed that publishes the trades over UDP, and a listener that takes the candles
 * over UDP. Feed and listener have a thread each; the thread that made the run watches them.
 */
final class DemoRun implements AutoCloseable {
    /** Partitions of the topics of trades and candles. */
    static final int PARTITIONS = 2;

    /** Name under which the feed publishes; the same in every run, so that the log knows what it holds already. */
    static final String PRODUCER = "demo-feed";

    private static final int APPROXIMATE_RECORD_LENGTH = 112;
    private static final int MIN_SEGMENT_LENGTH = 1 << 20;
    private static final int MAX_SEGMENT_LENGTH = 1 << 26;
    private static final int MAX_KEPT_SKIPPED = 20;
    private static final int READ_LIMIT = 1024;
    private static final double P50 = 50;
    private static final double P99 = 99;
    private static final long WATCH_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long VIEW_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long DELIVERY_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long JOIN_TIMEOUT_MS = 5_000;

    private final TradeFile file;
    private final StopSignal signal;
    private final long durationNs;
    private final CandleBoard board;
    private final List<SkippedRecord> skipped = Collections.synchronizedList(new ArrayList<>());
    private Node node;
    private Job job;
    private Publisher publisher;
    private Subscriber subscriber;
    private DemoFeed feed;
    private CandleListener listener;
    private Worker feedWorker;
    private Worker listenerWorker;

    /**
     * Starts node, job, listener and feed.
     *
     * @param file      that is replayed.
     * @param directory of the node.
     * @param options   chosen by the user.
     * @param signal    that ends the run early.
     */
    DemoRun(final TradeFile file, final DemoDirectory directory, final DemoOptions options, final StopSignal signal) {
        this.file = file;
        this.signal = signal;
        this.durationNs =
                options.duration() == null ? Long.MAX_VALUE : options.duration().toNanos();
        this.board = new CandleBoard(file.trades().symbols());
        try {
            start(directory, options);
        } catch (final RuntimeException ex) {
            close();
            throw ex;
        }
    }

    private void start(final DemoDirectory directory, final DemoOptions options) {
        final Trades trades = file.trades();
        final int segmentLength = segmentLength(trades.count());
        node = Node.launch(new NodeContext()
                .directory(directory.storePath())
                .port(options.port())
                .segmentLength(segmentLength));
        node.store()
                .createTopic(
                        TopicSpec.named(CandleJob.TRADES).partitions(PARTITIONS).segmentLength(segmentLength));
        node.store()
                .createTopic(TopicSpec.named(CandleJob.CANDLES)
                        .partitions(PARTITIONS)
                        .segmentLength(segmentLength));
        job = Job.start(node.store(), CandleJob.topology(), new JobContext().onSkipped(this::onSkipped));
        node.jobs().add(job);

        publisher = Publisher.connect(new PublisherContext()
                .aeronDirectoryName(node.aeronDirectoryName())
                .channel(node.ingressChannel())
                .streamId(node.ingressStreamId())
                .topic(CandleJob.TRADES)
                .producerName(PRODUCER));
        subscriber = Subscriber.connect(new SubscriberContext()
                .aeronDirectoryName(node.aeronDirectoryName())
                .channel(node.ingressChannel())
                .streamId(node.ingressStreamId())
                .topic(CandleJob.CANDLES)
                .fromBegin());
        feed = new DemoFeed(trades, directory.inputCount(trades.count()), options, directory::endInput, publisher);
        listener = new CandleListener(subscriber, trades, feed, board);
        listenerWorker = Worker.start("demo-listener", listener);
        feedWorker = Worker.start("demo-feed", feed);
    }

    /** Segments that hold about a quarter of a partition each, so that a small file does not ask for much disk. */
    private static int segmentLength(final int trades) {
        final long bytes = (long) trades * APPROXIMATE_RECORD_LENGTH / (PARTITIONS * 2);
        return (int) Math.max(MIN_SEGMENT_LENGTH, Math.min(MAX_SEGMENT_LENGTH, Long.highestOneBit(bytes)));
    }

    /**
     * Shows the run until all candles have arrived, or until it is told to stop.
     *
     * @param view to show it in.
     * @throws MillraceException when a part of it failed.
     */
    void show(final LiveView view) {
        long shownNs = System.nanoTime() - VIEW_INTERVAL_NS;
        while (!signal.isRequested() && !(feed.isInputEnded() && job.isComplete())) {
            checkFailure();
            if (System.nanoTime() - shownNs >= VIEW_INTERVAL_NS) {
                view.update(progress(), board.rows());
                shownNs = System.nanoTime();
            }
            LockSupport.parkNanos(WATCH_INTERVAL_NS);
        }
        if (!signal.isRequested()) {
            awaitDelivery();
        }
        view.update(progress(), board.rows());
    }

    /** Whether the run ended before its input. */
    boolean isStopped() {
        return signal.isRequested();
    }

    /**
     * Checks all candles and sums the run up; to be called once {@link #show} has returned.
     *
     * @return the summary.
     */
    DemoSummary summary() {
        final int held = Math.max(0, feed.firstPaced() < 0 ? feed.sentCount() : feed.firstPaced());
        final CandleCheck.Result check =
                CandleCheck.compare(file.trades(), feed.sentCount(), board.candles(), lateTrades());
        final long endNs = Math.max(feed.endedNs(), listener.lastArrivalNs());
        return new DemoSummary(
                feed.sentCount(),
                held,
                file.trades().emptyCount(feed.sentCount()),
                job.counters().lateRecords(),
                file.rejectedCount(),
                job.counters().skippedRecords(),
                List.copyOf(skipped),
                board.count(),
                feed.firstPaced() < 0 ? 0 : endNs - feed.paceStartNs(),
                listener.latencyNs(),
                check);
    }

    @Override
    public void close() {
        if (feed != null) {
            feed.requestStop();
        }
        if (listener != null) {
            listener.requestStop();
        }
        join(feedWorker);
        join(listenerWorker);
        CloseHelper.closeAll(publisher, subscriber, job, node);
    }

    private static void join(final Worker worker) {
        if (worker != null) {
            worker.join(JOIN_TIMEOUT_MS);
        }
    }

    private Progress progress() {
        final int sent = feed.sentCount();
        final int firstPaced = feed.firstPaced();
        final Histogram latencyNs = listener.latencyNs();
        final long elapsedNs = firstPaced < 0 ? 0 : System.nanoTime() - feed.paceStartNs();
        return new Progress(
                sent,
                feed.inputCount(),
                firstPaced < 0 ? sent : firstPaced,
                elapsedNs,
                durationNs,
                board.count(),
                latencyNs.getValueAtPercentile(P50),
                latencyNs.getValueAtPercentile(P99));
    }

    /** The job is complete: what its output topic holds now is all that will come. */
    private void awaitDelivery() {
        final int[] expected = new int[1];
        readAll(node.store(), CandleJob.CANDLES, record -> expected[0]++);
        final long deadlineNs = System.nanoTime() + DELIVERY_TIMEOUT_NS;
        while (board.count() < expected[0] && !signal.isRequested()) {
            checkFailure();
            if (System.nanoTime() - deadlineNs > 0) {
                throw new MillraceException(
                        ErrorCode.TRANSPORT,
                        "subscriber got " + board.count() + " of " + expected[0]
                                + " candles; the rest did not come within "
                                + TimeUnit.NANOSECONDS.toSeconds(DELIVERY_TIMEOUT_NS) + " seconds");
            }
            LockSupport.parkNanos(WATCH_INTERVAL_NS);
        }
    }

    private List<LateTrade> lateTrades() {
        final List<LateTrade> late = new ArrayList<>();
        final MessageHeaderDecoder header = new MessageHeaderDecoder();
        final TradeDecoder decoder = new TradeDecoder();
        readAll(
                node.store(),
                CandleJob.LATE_TRADES,
                record -> late.add(LateTrade.of(
                        record.eventTimeNs(),
                        decoder.wrapAndApplyHeader(record.buffer(), record.valueOffset(), header))));
        return late;
    }

    /**
     * Reads the data records that a topic holds, partition by partition.
     *
     * @param store   that has the topic.
     * @param name    of the topic.
     * @param handler of each record.
     */
    static void readAll(final LogStore store, final String name, final RecordHandler handler) {
        final LogTopic topic = store.topic(name);
        final RecordHandler dataHandler = record -> {
            if (record.kind() == RecordKind.DATA) {
                handler.onRecord(record);
            }
        };
        for (int i = 0; i < topic.partitionCount(); i++) {
            final LogPartition partition = topic.partition(i);
            try (LogReader reader = partition.reader()) {
                while (reader.poll(dataHandler, READ_LIMIT) > 0) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    private void onSkipped(final SkippedRecord record) {
        if (skipped.size() < MAX_KEPT_SKIPPED) {
            skipped.add(record);
        }
    }

    /** The node's failure first: what the others report then only follows from it. */
    private void checkFailure() {
        final Throwable[] failures = {node.failure(), job.failure(), feedWorker.failure(), listenerWorker.failure()};
        for (final Throwable failure : failures) {
            if (failure instanceof RuntimeException known) {
                throw known;
            }
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure != null) {
                throw new MillraceException(ErrorCode.INTERNAL, "demo failed: " + failure, failure);
            }
        }
    }
}
