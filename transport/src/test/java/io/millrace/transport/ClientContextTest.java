package io.millrace.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.MillraceException;
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
                        + " aeron:udp?endpoint=host:port; topic is not set; timeoutNs=0 must be positive;"
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
        assertThat(new SubscriberContext().startPositions()).containsExactly(-1);
        assertThat(new SubscriberContext().fromEnd().startPositions()).containsExactly(-2);
        assertThat(new SubscriberContext().fromPosition(2, 4096).startPositions())
                .containsExactly(-1, -1, 4096, -1);
        assertThat(new SubscriberContext()
                        .fromEnd()
                        .fromPosition(1, 8)
                        .fromPosition(0, 16)
                        .startPositions())
                .containsExactly(16, 8, -2);
    }
}
