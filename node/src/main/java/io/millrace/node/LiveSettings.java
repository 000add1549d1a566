package io.millrace.node;

import io.aeron.ChannelUri;
import io.aeron.CommonContext;
import io.millrace.node.config.NodeSettings;
import io.millrace.transport.protocol.ChannelRules;
import io.millrace.transport.protocol.ProtocolDescriptor;

/**
 * What a node's live feeds have in common.
 *
 * @param minSubscribers  of a topic before it has a feed; 0 for no feeds at all
 * @param maxDestinations of a feed
 * @param address         that the node sends from
 */
record LiveSettings(int minSubscribers, int maxDestinations, String address) {
    static LiveSettings of(final NodeSettings settings) {
        return new LiveSettings(
                settings.value(NodeSettings.LIVE_SUBSCRIBERS),
                settings.value(NodeSettings.LIVE_DESTINATIONS),
                settings.value(NodeSettings.ADDRESS));
    }

    boolean isOn() {
        return minSubscribers > 0;
    }

    /** Who receives is the node's choice, and the fastest of them sets the pace. */
    String publicationChannel() {
        final ChannelUri uri = ChannelUri.parse("aeron:udp");
        uri.put(CommonContext.MDC_CONTROL_MODE_PARAM_NAME, CommonContext.MDC_CONTROL_MODE_MANUAL);
        uri.put(CommonContext.MDC_CONTROL_PARAM_NAME, host() + ":0");
        uri.put(CommonContext.FLOW_CONTROL_PARAM_NAME, "max");
        if (NodeSettings.isLoopback(address)) {
            uri.put(CommonContext.MTU_LENGTH_PARAM_NAME, Integer.toString(ProtocolDescriptor.LOOPBACK_MTU_LENGTH));
        }
        return ChannelRules.publicationChannel(uri.toString());
    }

    private String host() {
        return address.indexOf(':') < 0 ? address : '[' + address + ']';
    }
}
