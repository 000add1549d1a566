package io.millrace.node.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.nio.file.Files;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import uk.co.real_logic.sbe.ir.Ir;
import uk.co.real_logic.sbe.json.JsonTokenListener;
import uk.co.real_logic.sbe.otf.OtfMessageDecoder;
import uk.co.real_logic.sbe.xml.IrGenerator;
import uk.co.real_logic.sbe.xml.ParserOptions;
import uk.co.real_logic.sbe.xml.XmlSchemaParser;

/** Random messages, and random damage to them and to their lines. */
class MessageRoundTripPropertyTest {
    private static final int TEMPLATE_ID = 1;
    private static final int ROUNDS = Integer.getInteger("millrace.rounds", 2_000);

    private final long seed = Long.getLong("millrace.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final MessageFixture messages = new MessageFixture(MessageFixture.SCHEMA, "Everything");
    private final Ir ir;
    private final RandomMessage source;

    MessageRoundTripPropertyTest() throws Exception {
        ir = new IrGenerator()
                .generate(XmlSchemaParser.parse(
                        Files.newInputStream(MessageFixture.SCHEMA),
                        ParserOptions.builder().build()));
        source = new RandomMessage(ir, random);
    }

    @Test
    void shouldWriteWhatItPrintsByteForByte() {
        for (int round = 0; round < ROUNDS; round++) {
            final byte[] message = source.make(TEMPLATE_ID);

            final String line = messages.print(message);

            assertThat(line).doesNotContain("\n", "\r");
            assertThat(messages.write(line)).as(context(round) + line).isEqualTo(message);
        }
    }

    @Test
    void shouldWriteWhatSbesOwnDecoderReadsToItsEnd() {
        for (int round = 0; round < ROUNDS / 10; round++) {
            final byte[] message = messages.write(messages.print(source.make(TEMPLATE_ID)));
            final UnsafeBuffer buffer = new UnsafeBuffer(message);

            final int end = OtfMessageDecoder.decode(
                    buffer,
                    8,
                    ir.version(),
                    buffer.getShort(0) & 0xFFFF,
                    ir.getMessage(TEMPLATE_ID),
                    new JsonTokenListener(new StringBuilder()));

            assertThat(end).as(context(round)).isEqualTo(message.length);
        }
    }

    @Test
    void shouldTakeOrRefuseInOneLineWhateverALineHolds() {
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            final byte[] line = damaged(messages.print(source.make(TEMPLATE_ID)).getBytes(UTF_8));
            try {
                messages.write(line);
            } catch (final MillraceException ex) {
                refused++;
                assertThat(ex.code()).as(context(round)).isEqualTo(ErrorCode.CONFIGURATION);
                assertThat(ex.getMessage()).as(context(round)).doesNotContain("\n", "\r", "\u0000");
            } catch (final RuntimeException ex) {
                throw new AssertionError(context(round) + new String(line, UTF_8), ex);
            }
        }
        assertThat(refused).isGreaterThan(ROUNDS / 4);
    }

    @Test
    void shouldPrintOrRefuseWhateverARecordHolds() {
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            final byte[] message = damaged(source.make(TEMPLATE_ID));
            try {
                messages.print(message);
            } catch (final MillraceException ex) {
                refused++;
                assertThat(ex.code()).as(context(round)).isEqualTo(ErrorCode.MALFORMED_RECORD);
            } catch (final RuntimeException ex) {
                throw new AssertionError(context(round), ex);
            }
        }
        assertThat(refused).isGreaterThan(ROUNDS / 20);
    }

    private byte[] damaged(final byte[] bytes) {
        final byte[] interesting = "\"{}[],:-.0123456789eEntf\\ \u0000".getBytes(UTF_8);
        byte[] copy = bytes.clone();
        final int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            final int at = random.nextInt(copy.length);
            switch (random.nextInt(4)) {
                case 0 -> copy[at] = (byte) random.nextInt(256);
                case 1 -> copy[at] = interesting[random.nextInt(interesting.length)];
                case 2 -> copy[at] ^= (byte) (1 << random.nextInt(8));
                default -> copy = java.util.Arrays.copyOf(copy, Math.max(1, at));
            }
        }
        return copy;
    }

    private String context(final int round) {
        return "round " + round + ", repeat with -Dmillrace.seed=" + seed + ": ";
    }
}
