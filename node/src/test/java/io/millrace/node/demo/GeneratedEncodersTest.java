package io.millrace.node.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.node.demo.codec.CandleEncoder;
import io.millrace.node.demo.codec.MessageHeaderEncoder;
import io.millrace.node.demo.codec.TradeEncoder;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.output.EncodingCodec;
import io.millrace.transport.codec.KeepAliveEncoder;
import io.millrace.transport.codec.ProducerOpenedEncoder;
import io.millrace.transport.codec.PublishEncoder;
import io.millrace.transport.codec.SubscribeEncoder;
import io.millrace.transport.codec.SubscriptionOpenedEncoder;
import java.util.function.Supplier;
import org.agrona.sbe.MessageEncoderFlyweight;
import org.junit.jupiter.api.Test;

/** Holds what the operators take from a class of the generator against classes that it wrote. */
class GeneratedEncodersTest {
    @Test
    void shouldBeOfFixedLengthWithoutGroupsAndVariableData() {
        assertThat(fixedLength(CandleEncoder::new))
                .isEqualTo(MessageHeaderEncoder.ENCODED_LENGTH + CandleEncoder.BLOCK_LENGTH);
        assertThat(fixedLength(TradeEncoder::new))
                .isEqualTo(MessageHeaderEncoder.ENCODED_LENGTH + TradeEncoder.BLOCK_LENGTH);
        assertThat(fixedLength(KeepAliveEncoder::new))
                .isEqualTo(MessageHeaderEncoder.ENCODED_LENGTH + KeepAliveEncoder.BLOCK_LENGTH);
    }

    @Test
    void shouldBeOfVariableLengthWithAGroupOrVariableDataOrBoth() {
        assertThat(fixedLength(SubscriptionOpenedEncoder::new)).isEqualTo(Codec.VARIABLE_LENGTH);
        assertThat(fixedLength(ProducerOpenedEncoder::new)).isEqualTo(Codec.VARIABLE_LENGTH);
        assertThat(fixedLength(PublishEncoder::new)).isEqualTo(Codec.VARIABLE_LENGTH);
        assertThat(fixedLength(SubscribeEncoder::new)).isEqualTo(Codec.VARIABLE_LENGTH);
    }

    private static <E extends MessageEncoderFlyweight> int fixedLength(final Supplier<E> factory) {
        return new EncodingCodec<Object, E>(factory, (value, encoder) -> {}).fixedLength();
    }
}
