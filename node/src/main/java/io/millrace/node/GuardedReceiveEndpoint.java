package io.millrace.node;

import io.aeron.driver.DataPacketDispatcher;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.media.ReceiveChannelEndpoint;
import io.aeron.driver.media.UdpChannel;
import io.aeron.protocol.SetupFlyweight;
import io.millrace.transport.protocol.ProtocolDescriptor;
import java.net.InetSocketAddress;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * Where datagrams reach a guarded media driver. Whoever begins a stream says how long its terms are, and the driver makes three
 * of that length, up to 3 GiB for one packet of 40 bytes. No client of ours needs more than {@link ProtocolDescriptor#TERM_LENGTH}.
 */
final class GuardedReceiveEndpoint extends ReceiveChannelEndpoint {
    GuardedReceiveEndpoint(
            final UdpChannel udpChannel,
            final DataPacketDispatcher dispatcher,
            final AtomicCounter statusIndicator,
            final MediaDriver.Context context) {
        super(udpChannel, dispatcher, statusIndicator, context);
    }

    @Override
    public void onSetupMessage(
            final SetupFlyweight header,
            final UnsafeBuffer buffer,
            final int length,
            final InetSocketAddress source,
            final int transportIndex) {
        if (header.termLength() <= ProtocolDescriptor.TERM_LENGTH) {
            super.onSetupMessage(header, buffer, length, source, transportIndex);
        }
    }
}
