package io.millrace.node;

import io.millrace.log.LogTopic;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.error.OneLine;
import io.millrace.transport.protocol.CreateQueueRequest;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** What clients may ask of groups and queues. Looked at before a command is recorded: a replay does not ask again. */
final class BrokerAdmission {
    static final int MAX_TOPICS = 64;
    static final int MAX_DELIVERIES = 1_000;
    static final int MAX_CREDIT = 10_000;
    static final long MIN_LEASE_NS = TimeUnit.MILLISECONDS.toNanos(100);
    static final long MAX_LEASE_NS = TimeUnit.HOURS.toNanos(24);
    private static final int MAX_MEMBER_NAME_LENGTH = 249;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,249}");

    private BrokerAdmission() {}

    static void checkName(final String what, final String name) {
        check(
                NAME.matcher(name).matches(),
                what + " name must be 1 to 249 letters, digits, '.', '_' or '-': " + what + '=' + inOneLine(name));
    }

    static void checkMemberName(final String name) {
        check(
                name.length() <= MAX_MEMBER_NAME_LENGTH && name.chars().noneMatch(Character::isISOControl),
                "member name must be at most " + MAX_MEMBER_NAME_LENGTH
                        + " characters, none of them a control character: name=" + inOneLine(name));
    }

    static void checkLease(final long leaseNs) {
        check(
                leaseNs >= MIN_LEASE_NS && leaseNs <= MAX_LEASE_NS,
                "lease must be from 100 ms to 24 h: leaseNs=" + leaseNs);
    }

    static void checkDelay(final long delayNs) {
        check(delayNs >= 0 && delayNs <= MAX_LEASE_NS, "delay must be from 0 to 24 h: delayNs=" + delayNs);
    }

    /** Throws when there are as many already as the node takes. */
    static void checkRoom(final String what, final int count, final int max, final String setting) {
        if (count >= max) {
            throw new MillraceException(
                    ErrorCode.LIMIT_REACHED,
                    "too many " + what + ": " + setting + '=' + max + "; delete or close some, or raise it");
        }
    }

    static void checkQueue(final CreateQueueRequest request, final int maxOutstanding) {
        checkName("queue", request.queueName());
        checkName("dead-letter topic", request.deadLetterTopic());
        checkLease(request.leaseNs());
        check(
                request.maxDeliveries() >= 1 && request.maxDeliveries() <= MAX_DELIVERIES,
                "maxDeliveries must be from 1 to " + MAX_DELIVERIES + ": " + request.maxDeliveries());
        check(
                request.maxOutstanding() >= 1 && request.maxOutstanding() <= maxOutstanding,
                "maxOutstanding must be from 1 to max.outstanding=" + maxOutstanding + ": " + request.maxOutstanding());
        check(
                !request.topic().equals(request.deadLetterTopic()),
                "dead-letter topic must be another one than the queue's: topic=" + inOneLine(request.topic()));
    }

    static void checkReadable(final LogTopic topic) {
        check(
                !topic.name().equals(BrokerLog.TOPIC),
                "topic holds the state of groups and queues: topic=" + topic.name());
    }

    static void check(final boolean isAllowed, final String problem) {
        if (!isAllowed) {
            throw new MillraceException(ErrorCode.CONFIGURATION, problem);
        }
    }

    private static String inOneLine(final String text) {
        return OneLine.of(text.length() <= MAX_MEMBER_NAME_LENGTH ? text : text.substring(0, MAX_MEMBER_NAME_LENGTH));
    }
}
