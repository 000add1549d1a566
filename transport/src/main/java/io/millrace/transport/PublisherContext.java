package io.millrace.transport;

import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a {@link Publisher} is made from. Channel, topic and producer name must be set; the rest has defaults. */
public final class PublisherContext extends ClientContext<PublisherContext> {
    /** Length of the window in bytes, unless set otherwise. */
    public static final int DEFAULT_WINDOW_LENGTH = 4 * 1024 * 1024;

    /** How many records the window holds at most, unless set otherwise. */
    public static final int DEFAULT_WINDOW_RECORDS = 32 * 1024;

    /** How long a publisher waits for progress before it sends again, unless set otherwise, in ns. */
    public static final long DEFAULT_RESEND_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);

    private static final long MIN_RESEND_TIMEOUT_NS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int MIN_WINDOW_LENGTH = 4 * 1024;
    private static final int MAX_WINDOW_LENGTH = 1024 * 1024 * 1024;

    private String topic;
    private String producerName;
    private int windowLength = DEFAULT_WINDOW_LENGTH;
    private int windowRecords = DEFAULT_WINDOW_RECORDS;
    private long resendTimeoutNs = DEFAULT_RESEND_TIMEOUT_NS;
    private boolean beginsLater;

    /** Creates a context with defaults. */
    public PublisherContext() {}

    /**
     * What to publish to.
     *
     * @param name of a topic that exists at the node
     * @return this
     */
    public PublisherContext topic(final String name) {
        checkOpen();
        topic = name;
        return this;
    }

    /**
     * Under which name; the log remembers each name's sequences for ever, and drops what it already holds.
     *
     * @param name of the producer
     * @return this
     */
    public PublisherContext producerName(final String name) {
        checkOpen();
        producerName = name;
        return this;
    }

    /**
     * How much may wait for its acknowledgement; then {@code offer} answers WINDOW_FULL. It is allocated at once, off the heap, and no
     * record can be longer.
     *
     * @param length in bytes, a power of two from 4 KiB to 1 GiB; each record takes about 40 more than its key and value;
     *               {@link #DEFAULT_WINDOW_LENGTH} when not set
     * @return this
     */
    public PublisherContext windowLength(final int length) {
        checkOpen();
        windowLength = length;
        return this;
    }

    /**
     * How many records may wait for their acknowledgement; then {@code offer} answers WINDOW_FULL.
     *
     * @param count 1 or more; {@link #DEFAULT_WINDOW_RECORDS} when not set
     * @return this
     */
    public PublisherContext windowRecords(final int count) {
        checkOpen();
        windowRecords = count;
        return this;
    }

    /**
     * How long to wait for progress before what is not acknowledged is sent again. When as long passes once more, the publisher connects
     * again, unless that is switched off. A session that ends is noticed at once; this is for a message, or a stream, that was lost in a
     * way that nobody could notice.
     *
     * @param timeoutNs in nanoseconds, 10 ms or more, and more than a record takes to become as durable as its topic asks;
     *                  {@link #DEFAULT_RESEND_TIMEOUT_NS} when not set
     * @return this
     */
    public PublisherContext resendTimeoutNs(final long timeoutNs) {
        checkOpen();
        resendTimeoutNs = timeoutNs;
        return this;
    }

    /**
     * Connects without opening the producer, to see what the log holds of it while somebody else may publish under its name;
     * {@link Publisher#begin()} opens it.
     *
     * @return this
     */
    public PublisherContext beginLater() {
        checkOpen();
        beginsLater = true;
        return this;
    }

    /**
     * The topic to publish to.
     *
     * @return name
     */
    public String topic() {
        return topic;
    }

    /**
     * The producer's name.
     *
     * @return name
     */
    public String producerName() {
        return producerName;
    }

    int windowLength() {
        return windowLength;
    }

    boolean beginsLater() {
        return beginsLater;
    }

    long resendTimeoutNs() {
        return resendTimeoutNs;
    }

    int windowRecords() {
        return windowRecords;
    }

    /**
     * Checks all settings; nothing can be changed afterwards.
     *
     * @return this
     * @throws io.millrace.log.error.MillraceException with all problems in one line
     */
    public PublisherContext conclude() {
        final List<String> problems = settings().problems();
        ConnectionSettings.checkTopic(topic, problems);
        if (producerName == null || producerName.isEmpty()) {
            problems.add("producerName is not set");
        }
        if (windowLength < MIN_WINDOW_LENGTH
                || windowLength > MAX_WINDOW_LENGTH
                || Integer.bitCount(windowLength) != 1) {
            problems.add("windowLength=" + windowLength + " must be a power of two from " + MIN_WINDOW_LENGTH + " to "
                    + MAX_WINDOW_LENGTH);
        }
        if (windowRecords < 1) {
            problems.add("windowRecords=" + windowRecords + " must be at least 1");
        }
        if (resendTimeoutNs < MIN_RESEND_TIMEOUT_NS) {
            problems.add("resendTimeoutNs=" + resendTimeoutNs + " must be at least " + MIN_RESEND_TIMEOUT_NS);
        }
        ConnectionSettings.check("publisher", problems);
        close();
        return this;
    }

    @Override
    public String toString() {
        return "topic=" + topic + " producerName=" + producerName;
    }

    @Override
    PublisherContext self() {
        return this;
    }

    ConnectionSettings settings() {
        return settings("topic=" + topic);
    }
}
