package io.millrace.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.MillraceException;
import io.millrace.transport.protocol.StartPoint;
import org.junit.jupiter.api.Test;

class ClientContextTest {
    @Test
    void shouldNameAllWrongSettingsOfAPublisherAtOnce() {
        assertThatThrownBy(() -> new PublisherContext()
                        .channel("udp:nowhere")
                        .timeoutNs(0)
                        .conclude())
                .isInstanceOf(MillraceException.class)
                .hasMessage("publisher is not configured: channel=udp:nowhere is not an Aeron channel such as"
                        + " aeron:udp?endpoint=host:port; timeoutNs=0 must be positive; topic is not set;"
                        + " producerName is not set");
    }

    @Test
    void shouldNameAllWrongSettingsOfASubscriberAtOnce() {
        assertThatThrownBy(() -> new SubscriberContext().conclude())
                .isInstanceOf(MillraceException.class)
                .hasMessage("subscriber is not configured: channel is not set (use Node.ingressChannel());"
                        + " topic is not set");
    }

    @Test
    void shouldNotChangeAfterItWasConcluded() {
        final SubscriberContext context =
                new SubscriberContext().channel("aeron:ipc").topic("trades").conclude();

        assertThatThrownBy(() -> context.topic("other"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("context is concluded: topic=trades");
    }

    @Test
    void shouldLetTheLastStartPositionCountForAllFurtherPartitions() {
        assertThat(new SubscriberContext().starts()).containsExactly(StartPoint.BEGIN);
        assertThat(new SubscriberContext().fromEnd().starts()).containsExactly(StartPoint.END);
        assertThat(new SubscriberContext().fromPosition(2, 4096).starts())
                .containsExactly(StartPoint.BEGIN, StartPoint.BEGIN, StartPoint.atPosition(4096), StartPoint.BEGIN);
        assertThat(new SubscriberContext()
                        .fromEnd()
                        .fromPosition(1, 8)
                        .fromPosition(0, 16)
                        .starts())
                .containsExactly(StartPoint.atPosition(16), StartPoint.atPosition(8), StartPoint.END);
    }
}
