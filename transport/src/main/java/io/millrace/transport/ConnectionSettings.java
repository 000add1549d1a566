package io.millrace.transport;

import io.aeron.Aeron;
import io.aeron.ChannelUri;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What every client needs to reach a node.
 *
 * @param aeron              client to use, or null for one of our own
 * @param aeronDirectoryName of the media driver that our own client talks to; null for Aeron's default
 * @param channel            of the node's ingress
 * @param streamId           of the node's ingress
 * @param responseEndpoint   address on which this client listens
 * @param clientName         for people who look at the node
 * @param credentials        who the client is
 * @param subject            what the client is about, for messages
 * @param timeoutNs          to wait for each answer
 */
record ConnectionSettings(
        Aeron aeron,
        String aeronDirectoryName,
        String channel,
        int streamId,
        String responseEndpoint,
        String clientName,
        Credentials credentials,
        String subject,
        long timeoutNs) {
    /** Default of {@code timeoutNs}. */
    static final long DEFAULT_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);

    /** Default of {@code responseEndpoint}: any free port of the loopback interface. */
    static final String DEFAULT_RESPONSE_ENDPOINT = "127.0.0.1:0";

    /** Collects what is wrong, in words that name the setting. */
    List<String> problems() {
        final List<String> problems = new ArrayList<>();
        if (channel == null) {
            problems.add("channel is not set (use Node.ingressChannel())");
        } else {
            try {
                ChannelUri.parse(channel);
            } catch (final IllegalArgumentException ex) {
                problems.add("channel=" + channel + " is not an Aeron channel such as aeron:udp?endpoint=host:port");
            }
        }
        if (clientName == null) {
            problems.add("clientName must not be null");
        }
        if (credentials == null) {
            problems.add("credentials must not be null");
        }
        if (timeoutNs <= 0) {
            problems.add("timeoutNs=" + timeoutNs + " must be positive");
        }
        return problems;
    }

    /** Adds what is wrong with a topic's name. */
    static void checkTopic(final String topic, final List<String> problems) {
        if (topic == null || topic.isEmpty()) {
            problems.add("topic is not set");
        }
    }

    /** Throws one error that lists all problems, if there are any. */
    static void check(final String what, final List<String> problems) {
        if (!problems.isEmpty()) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION, what + " is not configured: " + String.join("; ", problems));
        }
    }
}
