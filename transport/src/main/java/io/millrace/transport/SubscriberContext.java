package io.millrace.transport;

import io.millrace.transport.protocol.StartPoint;
import java.util.Arrays;
import java.util.List;

/** What a {@link Subscriber} is made from. Channel and topic must be set; the rest has defaults. */
public final class SubscriberContext extends ClientContext<SubscriberContext> {
    private static final int MAX_PARTITION_COUNT = 4096;

    private String topic;
    private StartPoint[] starts = {StartPoint.BEGIN};
    private WhenGone whenGone = WhenGone.FAIL;
    private CoLocation coLocation = CoLocation.AUTO;
    private LiveSharing liveSharing = LiveSharing.AUTO;

    /** Creates a context with defaults. */
    public SubscriberContext() {}

    /**
     * What to follow.
     *
     * @param name of a topic that exists at the node
     * @return this
     */
    public SubscriberContext topic(final String name) {
        checkOpen();
        topic = name;
        return this;
    }

    /**
     * Begins every partition at the first record that the log still holds; this is the default.
     *
     * @return this
     */
    public SubscriberContext fromBegin() {
        return from(StartPoint.BEGIN);
    }

    /**
     * Begins every partition at its end: only what is appended from now on is delivered.
     *
     * @return this
     */
    public SubscriberContext fromEnd() {
        return from(StartPoint.END);
    }

    /**
     * Begins one partition at a position, for example at {@link Subscriber#position(int)} of an earlier run.
     *
     * @param partition of the topic
     * @param position  in the partition; rounded up to the next record
     * @return this
     */
    public SubscriberContext fromPosition(final int partition, final long position) {
        checkOpen();
        if (partition < 0 || partition >= MAX_PARTITION_COUNT || position < 0) {
            throw new IllegalArgumentException("partition=" + partition + " must be from 0 to "
                    + (MAX_PARTITION_COUNT - 1) + " and position=" + position + " at least 0");
        }
        // The last entry counts for all further partitions, so it stays what all partitions were given.
        final StartPoint others = starts[starts.length - 1];
        if (partition + 2 > starts.length) {
            final int length = starts.length;
            starts = Arrays.copyOf(starts, partition + 2);
            Arrays.fill(starts, length, starts.length, others);
        }
        starts[partition] = StartPoint.atPosition(position);
        return this;
    }

    /**
     * Begins every partition at the first record that the log took at a time or later.
     *
     * @param logTimeNs in nanoseconds since the epoch, 0 or more
     * @return this
     */
    public SubscriberContext fromLogTime(final long logTimeNs) {
        if (logTimeNs < 0) {
            throw new IllegalArgumentException("logTimeNs=" + logTimeNs + " must be at least 0");
        }
        return from(StartPoint.atLogTime(logTimeNs));
    }

    /**
     * What to do when retention has removed what is to be read next, be it because the start position is old or because the
     * subscriber is slow; {@link WhenGone#FAIL} when not set.
     *
     * @param choice what to do
     * @return this
     */
    public SubscriberContext whenGone(final WhenGone choice) {
        checkOpen();
        whenGone = choice;
        return this;
    }

    /**
     * Whether to read the log itself when the node runs on this machine; {@link CoLocation#AUTO} when not set.
     *
     * @param choice what to do
     * @return this
     */
    public SubscriberContext coLocation(final CoLocation choice) {
        checkOpen();
        coLocation = choice;
        return this;
    }

    /**
     * Whether to take what is appended from a stream that the node sends to many; {@link LiveSharing#AUTO} when not set.
     *
     * @param choice what to do
     * @return this
     */
    public SubscriberContext liveSharing(final LiveSharing choice) {
        checkOpen();
        liveSharing = choice;
        return this;
    }

    /**
     * The topic to follow.
     *
     * @return name
     */
    public String topic() {
        return topic;
    }

    /**
     * Checks all settings; nothing can be changed afterwards.
     *
     * @return this
     * @throws io.millrace.log.error.MillraceException with all problems in one line
     */
    public SubscriberContext conclude() {
        final List<String> problems = settings().problems();
        ConnectionSettings.checkTopic(topic, problems);
        ConnectionSettings.check("subscriber", problems);
        close();
        return this;
    }

    @Override
    public String toString() {
        return "topic=" + topic;
    }

    @Override
    SubscriberContext self() {
        return this;
    }

    ConnectionSettings settings() {
        return settings("topic=" + topic);
    }

    StartPoint[] starts() {
        return starts.clone();
    }

    boolean mayReadLog() {
        return coLocation == CoLocation.AUTO;
    }

    boolean mayShareLive() {
        return liveSharing == LiveSharing.AUTO;
    }

    boolean goesOnWhenGone() {
        return whenGone == WhenGone.EARLIEST;
    }

    private SubscriberContext from(final StartPoint start) {
        checkOpen();
        starts = new StartPoint[] {start};
        return this;
    }
}
