package io.millrace.node;

import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.error.OneLine;
import io.millrace.log.record.RecordKind;
import io.millrace.transport.protocol.PublishedRecords;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What a client may ask of a node: names and records from the wire, before they reach the log. */
final class Admission {
    /** The log's own limit. */
    private static final int MAX_PRODUCER_NAME_LENGTH = 249;

    private static final int MAX_ECHO_LENGTH = 249;

    /** Parts the names under which the tasks of jobs append: job, topic, partition. */
    private static final char TASK_NAME_SEPARATOR = '/';

    private Admission() {}

    /** Finds a topic; the answer to a wrong name says nothing of the node but the topics of its users. */
    static LogTopic topic(final LogStore store, final String name, final Predicate<String> isVisible) {
        if (!store.hasTopic(name)) {
            final String known = store.topics().stream()
                    .filter(topic -> !topic.spec().isInternal())
                    .map(LogTopic::name)
                    .filter(isVisible)
                    .collect(Collectors.joining(", "));
            throw new MillraceException(
                    ErrorCode.UNKNOWN_TOPIC,
                    "no such topic: topic=" + inOneLine(name) + "; there are: " + (known.isEmpty() ? "none" : known));
        }
        return store.topic(name);
    }

    /** Finds a topic that clients may publish to. */
    static LogTopic publishableTopic(final LogStore store, final String name, final Predicate<String> isVisible) {
        final LogTopic topic = topic(store, name, isVisible);
        if (topic.spec().isInternal()) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION, "topic is internal, only its job appends to it: topic=" + name);
        }
        return topic;
    }

    /** Throws when a client may not publish under a name. */
    static void checkProducerName(final String name) {
        if (name.isEmpty()
                || name.length() > MAX_PRODUCER_NAME_LENGTH
                || name.chars().anyMatch(c -> Character.isISOControl(c) || Character.isSurrogate((char) c))) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION,
                    "producer name must be 1 to " + MAX_PRODUCER_NAME_LENGTH
                            + " characters, none of them a control character: length=" + name.length() + " producer="
                            + inOneLine(name));
        }
        if (name.indexOf(TASK_NAME_SEPARATOR) >= 0) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION,
                    "producer name must not have a '/', such names belong to the tasks of jobs: producer=" + name);
        }
    }

    /** Why a record may not be appended, in one line; null when it may. */
    static String problemWith(final ProducerSession producer, final PublishedRecords record) {
        if (producer == null) {
            return "record of an unknown producer: handle=" + record.producer();
        }
        if (!producer.hasPartition(record.partition())) {
            return "record for an unknown partition: " + producer + " partition=" + record.partition();
        }
        if (!RecordKind.isAppendable(record.kind())) {
            return "record of a kind that cannot be published: " + producer + " partition=" + record.partition()
                    + " kind=" + record.kind();
        }
        if (record.keyLength() + record.valueLength() > producer.maxRecordLength()) {
            return "record is too long: " + producer + " partition=" + record.partition() + " length="
                    + (record.keyLength() + record.valueLength()) + " max=" + producer.maxRecordLength();
        }
        if (isMalformedTombstone(record)) {
            return "tombstone without a key or with a value: " + producer + " partition=" + record.partition();
        }
        if (hasHole(producer, record)) {
            return "hole in the sequence: " + producer + " partition=" + record.partition() + " expected="
                    + (producer.lastSequence(record.partition()) + 1) + " actual=" + record.sequence();
        }
        return null;
    }

    /** What the problem with a record is called. */
    static ErrorCode codeOf(final ProducerSession producer, final PublishedRecords record) {
        final boolean isKnown = producer != null && producer.hasPartition(record.partition());
        return isKnown
                        && RecordKind.isAppendable(record.kind())
                        && !isMalformedTombstone(record)
                        && hasHole(producer, record)
                ? ErrorCode.SEQUENCE_GAP
                : ErrorCode.MALFORMED_RECORD;
    }

    private static boolean isMalformedTombstone(final PublishedRecords record) {
        return record.kind() == RecordKind.TOMBSTONE && (record.keyLength() == 0 || record.valueLength() > 0);
    }

    private static boolean hasHole(final ProducerSession producer, final PublishedRecords record) {
        return record.sequence() < 0 || record.sequence() > producer.lastSequence(record.partition()) + 1;
    }

    /** A text from the wire as part of a message: in one line, and not for ever. */
    private static String inOneLine(final String text) {
        return text.length() > MAX_ECHO_LENGTH
                ? OneLine.of(text.substring(0, MAX_ECHO_LENGTH)) + "..."
                : OneLine.of(text);
    }
}
