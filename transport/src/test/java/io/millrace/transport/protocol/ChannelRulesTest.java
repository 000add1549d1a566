package io.millrace.transport.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelRulesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "aeron:ipc",
                "aeron:udp?endpoint=127.0.0.1:40",
                "aeron:udp?endpoint=127.9.0.1:40",
                "aeron:udp?endpoint=localhost:0",
                "aeron:udp?endpoint=[::1]:40"
            })
    void shouldKnowWhatStaysOnThisMachine(final String channel) {
        assertThat(ChannelRules.isLocal(channel)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "aeron:udp?endpoint=10.0.0.1:40",
                "aeron:udp?endpoint=127.0.0.1.example.com:40",
                "aeron:udp?endpoint=localhost.example.com:40",
                "aeron:udp?control=127.0.0.1:40|control-mode=dynamic"
            })
    void shouldKnowWhatDoesNot(final String channel) {
        assertThat(ChannelRules.isLocal(channel)).isFalse();
    }

    @Test
    void shouldKeepWhatAChannelSaysItself() {
        assertThat(ChannelRules.publicationChannel("aeron:udp?endpoint=127.0.0.1:40|mtu=1408"))
                .contains("mtu=1408")
                .contains("term-length=1048576")
                .contains("endpoint=127.0.0.1:40");
        assertThat(ChannelRules.publicationChannel("aeron:udp?endpoint=10.0.0.1:40"))
                .doesNotContain("mtu=");
    }
}
