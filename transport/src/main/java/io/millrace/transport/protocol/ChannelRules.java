package io.millrace.transport.protocol;

import io.aeron.ChannelUri;
import io.aeron.CommonContext;

/** How Millrace reads and completes Aeron channels. */
public final class ChannelRules {
    private ChannelRules() {}

    /**
     * Completes the channel of a publication: small sparse terms, so that it starts fast and costs little memory, and on
     * the loopback interface large datagrams. What the channel already says stays.
     *
     * @param channel of Aeron
     * @return the channel to publish on
     */
    public static String publicationChannel(final String channel) {
        final ChannelUri uri = ChannelUri.parse(channel);
        putIfAbsent(uri, CommonContext.TERM_LENGTH_PARAM_NAME, Integer.toString(ProtocolDescriptor.TERM_LENGTH));
        putIfAbsent(uri, CommonContext.SPARSE_PARAM_NAME, "true");
        if (isLocal(channel)) {
            final String mtuLength = Integer.toString(ProtocolDescriptor.LOOPBACK_MTU_LENGTH);
            putIfAbsent(uri, CommonContext.MTU_LENGTH_PARAM_NAME, mtuLength);
        }
        return uri.toString();
    }

    /**
     * Tells whether a channel stays on this machine: shared memory, or a literal loopback address. Names are not looked up,
     * except the one that always means loopback.
     *
     * @param channel of Aeron
     * @return whether it cannot leave the machine
     */
    public static boolean isLocal(final String channel) {
        final ChannelUri uri = ChannelUri.parse(channel);
        if (uri.isIpc()) {
            return true;
        }
        final String endpoint = uri.get(CommonContext.ENDPOINT_PARAM_NAME);
        return endpoint != null
                && (endpoint.matches("127(\\.\\d{1,3}){3}:\\d{1,5}")
                        || endpoint.startsWith("localhost:")
                        || endpoint.startsWith("[::1]:"));
    }

    private static void putIfAbsent(final ChannelUri uri, final String name, final String value) {
        if (uri.get(name) == null) {
            uri.put(name, value);
        }
    }
}
