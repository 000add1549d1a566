package io.millrace.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Durability;
import io.millrace.transport.codec.KeyHashKind;
import io.millrace.transport.protocol.OpenedProducer;
import org.junit.jupiter.api.Test;

class PublisherKeyHashTest {
    @Test
    void shouldNotPublishToATopicWhoseKeysAreSpreadInAWayThatItDoesNotKnow() {
        assertThat(Publisher.keyHashProblem("trades", opened(KeyHashKind.MURMUR2_KAFKA.value())))
                .isNull();
        assertThat(Publisher.keyHashProblem("trades", opened((short) 2)))
                .hasMessage(
                        "topic spreads its keys by a function that this client does not know: topic=trades keyHash=2"
                                + " known=1; use a newer client");
    }

    private static OpenedProducer opened(final short keyHash) {
        return new OpenedProducer(1, 1, 1, 1000, Durability.PROCESS, keyHash, -1L);
    }
}
