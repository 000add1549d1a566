package io.millrace.node;

import io.aeron.driver.DataPacketDispatcher;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ReceiveChannelEndpointSupplier;
import io.aeron.driver.media.ReceiveChannelEndpoint;
import io.aeron.driver.media.UdpChannel;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * Guards a media driver against streams that ask for more memory than Millrace's clients need. An embedded driver has it; an external one
 * in Java takes it with this module on its class path and
 * {@code -Daeron.ReceiveChannelEndpoint.supplier=io.millrace.node.GuardedReceiveEndpoints}. All streams of that driver are held to it.
 */
public final class GuardedReceiveEndpoints implements ReceiveChannelEndpointSupplier {
    /** Creates the supplier; a media driver does that by name. */
    public GuardedReceiveEndpoints() {}

    @Override
    public ReceiveChannelEndpoint newInstance(
            final UdpChannel udpChannel,
            final DataPacketDispatcher dispatcher,
            final AtomicCounter statusIndicator,
            final MediaDriver.Context context) {
        return new GuardedReceiveEndpoint(udpChannel, dispatcher, statusIndicator, context);
    }
}
