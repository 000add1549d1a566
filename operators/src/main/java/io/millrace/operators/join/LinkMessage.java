package io.millrace.operators.join;

/**
 * What the steps of a foreign-key join tell each other, see {@link ForeignJoinOperator}. One instance is moved from message to
 * message: it is valid inside the call.
 *
 * @param <V> type of the values.
 */
public final class LinkMessage<V> {
    /** Of a left row: it is gone. */
    static final int DELETED = 0;

    /** Of a left row: its value, which has no foreign key. */
    static final int UNLINKED = 1;

    /** Of a left row: its value, which has another foreign key than the one before; begins a new version. */
    static final int LINKED = 2;

    /** Of a left row: its value, which has the same foreign key as the one before. */
    static final int SAME = 3;

    /** To the task of a foreign key: the left row, whose key is the value, has that foreign key from a version on. */
    static final int LINK = 4;

    /** To the task of a foreign key: the left row, whose key is the value, does not have it any more. */
    static final int UNLINK = 5;

    /** From the task of a foreign key: what the right table has for a version. */
    static final int FOUND = 6;

    /** From the task of a foreign key: the right table has nothing for a version. */
    static final int MISSING = 7;

    /** From the task of a foreign key: one version of the left row is no longer known there, this is the last of it. */
    static final int ENDED = 8;

    private int kind;
    private long version;
    private long timeNs;
    private V value;

    LinkMessage() {}

    LinkMessage<V> wrap(final int newKind, final long newVersion, final long newTimeNs, final V newValue) {
        kind = newKind;
        version = newVersion;
        timeNs = newTimeNs;
        value = newValue;
        return this;
    }

    int kind() {
        return kind;
    }

    /** Number of the link between a left row and a foreign key, from 1; 0 in messages that need none. */
    long version() {
        return version;
    }

    /** Event time of what the right table has, or last had. */
    long timeNs() {
        return timeNs;
    }

    /** The value, null in messages without one. */
    V value() {
        return value;
    }
}
