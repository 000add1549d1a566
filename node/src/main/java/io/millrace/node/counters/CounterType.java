package io.millrace.node.counters;

/** What a counter of the file counts; its label says of what. */
public enum CounterType {
    /** Something that only grows since the node started. */
    TOTAL(1),
    /** Something that goes up and down. */
    LEVEL(2),
    /** Partitions of the topic that the label names. */
    TOPIC_PARTITIONS(11),
    /** Bytes that were ever appended to the topic that the label names, over all partitions. */
    TOPIC_APPENDED(12),
    /** Bytes that the topic holds that the label names, over all partitions. */
    TOPIC_HELD(13);

    private final int id;

    CounterType(final int id) {
        this.id = id;
    }

    /** The type as the file says it. */
    int id() {
        return id;
    }

    /** The type of an id; null for one that a newer node has written. */
    static CounterType of(final int id) {
        for (final CounterType type : values()) {
            if (type.id == id) {
                return type;
            }
        }
        return null;
    }
}
