package io.millrace.perf.compare.contender;

/** Reads the messages of one partition, from the first on. One thread. */
public interface MessageReader extends AutoCloseable {
    /**
     * Hands out the next messages.
     *
     * @param handler called for each.
     * @param limit   most messages to hand out.
     * @return number of messages handed out, 0 when there are none now.
     */
    int poll(MessageHandler handler, int limit);

    @Override
    default void close() {}
}
