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
        return isLocalEndpoint(uri.get(CommonContext.ENDPOINT_PARAM_NAME));
    }

    /**
     * Tells whether an endpoint is on this machine, as {@link #isLocal} does for a channel.
     *
     * @param endpoint address and port, may be null
     * @return whether it is a literal loopback address, or the name that always means it
     */
    public static boolean isLocalEndpoint(final String endpoint) {
        return endpoint != null
                && (endpoint.matches("127(\\.\\d{1,3}){3}:\\d{1,5}")
                        || endpoint.startsWith("localhost:")
                        || endpoint.startsWith("[::1]:"));
    }

    /**
     * The address in an endpoint.
     *
     * @param endpoint address and port
     * @return what is before the last colon
     */
    public static String host(final String endpoint) {
        return endpoint.substring(0, Math.max(0, endpoint.lastIndexOf(':')));
    }

    private static void putIfAbsent(final ChannelUri uri, final String name, final String value) {
        if (uri.get(name) == null) {
            uri.put(name, value);
        }
    }
}
