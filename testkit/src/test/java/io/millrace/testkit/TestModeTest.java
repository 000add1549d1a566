package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.MillraceException;
import io.millrace.operators.codec.Codec;
import io.millrace.streams.Codecs;
import io.millrace.streams.Topology;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The driver's jobs run in test mode, in which a borrowed value is caught that escapes its call. */
@MillraceTest
class TestModeTest {
    private static final Codec<NoteView> NOTES = new NoteView.ViewCodec();

    @Test
    void shouldCatchAValueThatIsUsedAfterItsCallAndNameItsRecord(final TestDrivers drivers) {
        final List<NoteView> kept = new ArrayList<>();
        final TopologyTestDriver driver = drivers.of(summing(kept)).start();
        final TestInput<byte[]> notes = driver.input("notes", Codecs.bytes());
        notes.pipe(bytes(5));

        assertThatThrownBy(() -> kept.get(0).number())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("NoteView")
                .hasMessageContaining("topic=notes partition=0 position=");
        assertThatThrownBy(() -> notes.pipe(bytes(6)))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("operator=map-1")
                .hasMessageContaining("NoteView");
    }

    @Test
    void shouldLendEachValueForItsCall(final TestDrivers drivers) {
        final Topology topology = Topology.named("copying");
        topology.stream("notes", NOTES).filter(note -> note.number() > 4).to("copies");
        final TopologyTestDriver driver = drivers.of(topology).start();

        driver.input("notes", Codecs.bytes()).pipe(bytes(5)).pipe(bytes(4)).pipe(bytes(6));

        assertThat(driver.output("copies", NOTES).readValues())
                .extracting(NoteView::number)
                .containsExactly(5L, 6L);
    }

    // Adds up what it keeps, which is a mistake.
    private static Topology summing(final List<NoteView> kept) {
        final Topology topology = Topology.named("summing");
        topology.stream("notes", NOTES)
                .map(
                        note -> {
                            kept.add(note);
                            return kept.stream().mapToLong(NoteView::number).sum();
                        },
                        Codecs.int64())
                .to("sums");
        return topology;
    }

    private static byte[] bytes(final int number) {
        // In the byte order in which a buffer reads when none is named.
        return ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(number)
                .array();
    }
}
