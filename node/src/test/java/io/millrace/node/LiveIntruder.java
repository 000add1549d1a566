package io.millrace.node;

import io.aeron.Aeron;
import io.aeron.ControlledFragmentAssembler;
import io.aeron.Subscription;
import io.millrace.transport.egress.EgressAdapter;
import io.millrace.transport.ingress.IngressProxy;
import io.millrace.transport.protocol.ChannelRules;
import io.millrace.transport.protocol.ConnectRequest;
import io.millrace.transport.protocol.ConnectedSession;
import io.millrace.transport.protocol.EventHandler;
import io.millrace.transport.protocol.ProtocolDescriptor;
import java.lang.reflect.Proxy;

/** A client with a session and no subscription, that says what it likes. */
final class LiveIntruder implements AutoCloseable {
    private static final int STREAM_ID = 98;

    private final Subscription subscription;
    private final IngressProxy ingress;
    private final ControlledFragmentAssembler assembler;
    private ConnectedSession session;
    private boolean isRejected;
    private int eventCount;

    LiveIntruder(final Node node) {
        final Aeron aeron = node.aeron();
        assembler = new ControlledFragmentAssembler(new EgressAdapter((EventHandler) Proxy.newProxyInstance(
                LiveIntruder.class.getClassLoader(),
                new Class<?>[] {EventHandler.class},
                (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "onConnected" -> session = (ConnectedSession) arguments[1];
                        case "onRejected" -> isRejected = true;
                        default -> eventCount++;
                    }
                    return method.getReturnType() == boolean.class ? true : null;
                })));
        ingress = new IngressProxy(aeron.addExclusivePublication(
                ChannelRules.publicationChannel(node.ingressChannel()), node.ingressStreamId()));
        subscription = aeron.addSubscription("aeron:udp?endpoint=127.0.0.1:0", STREAM_ID);
        NodeFixture.await("port", () -> subscription.tryResolveChannelEndpointPort() != null);
        final String channel = subscription.tryResolveChannelEndpointPort();
        NodeFixture.await(
                "sent",
                () -> ingress.connect(new ConnectRequest(1, ProtocolDescriptor.VERSION, STREAM_ID, channel, "", ""))
                        > 0);
        NodeFixture.await("connected", () -> poll() && session != null);
        ingress.session(session.tokenHigh(), session.tokenLow());
    }

    IngressProxy ingress() {
        return ingress;
    }

    int port() {
        final String channel = subscription.tryResolveChannelEndpointPort();
        return Integer.parseInt(channel.substring(channel.lastIndexOf(':') + 1));
    }

    /** Events other than those that answer this client's own commands. */
    int eventCount() {
        return eventCount;
    }

    /** Asks for something that is refused; all commands before have been looked at once that is known. */
    void awaitAnswer() {
        NodeFixture.await(
                "sent", () -> ingress.openProducer(2, "no-such-topic", "x", ProtocolDescriptor.NEW_EPOCH) > 0);
        NodeFixture.await("rejected", () -> poll() && isRejected);
    }

    @Override
    public void close() {
        ingress.close();
        subscription.close();
    }

    boolean poll() {
        subscription.controlledPoll(assembler, 10);
        return true;
    }
}
