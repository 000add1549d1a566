package io.millrace.torture.check;

/**
 * A record as it lies in the log.
 *
 * @param position    in its partition.
 * @param kind        see {@link Kind}.
 * @param producerId  0 for none.
 * @param eventTimeNs since the epoch.
 * @param logTimeNs   since the epoch.
 * @param sequence    of its producer.
 * @param key         not to be changed.
 * @param value       not to be changed.
 */
record StoredRecord(
        long position,
        byte kind,
        int producerId,
        long eventTimeNs,
        long logTimeNs,
        long sequence,
        byte[] key,
        byte[] value) {
    /** Kinds of records, by the numbers that they have on disk. */
    static final class Kind {
        static final byte DATA = 1;
        static final byte PADDING = 2;
        static final byte WATERMARK = 3;
        static final byte TICK = 4;
        static final byte TOMBSTONE = 5;
        static final byte PRODUCER = 6;

        private Kind() {}
    }

    /** What of it the input of a job decides: all but where, when and by whom it was appended. */
    OutputRecord output() {
        return new OutputRecord(kind, eventTimeNs, key, value);
    }
}
