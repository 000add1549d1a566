package io.millrace.perf.compare.contender;

/** One way of bringing messages from an appender to a reader, opened on a directory. */
public interface Contender extends AutoCloseable {
    /**
     * Opens an appender for the calling thread.
     *
     * @param partition to append to.
     * @return the appender; to be closed.
     */
    MessageAppender appender(int partition);

    /**
     * Opens a reader for the calling thread, at the first message.
     *
     * @param partition to read.
     * @return the reader; to be closed.
     */
    MessageReader reader(int partition);

    /** Waits until what it prepares in the background for a partition that holds a message is ready, where there is such a thing. */
    default void awaitPrepared() {}

    @Override
    void close();
}
