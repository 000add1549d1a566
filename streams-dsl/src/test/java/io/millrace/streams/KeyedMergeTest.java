package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.ErrorPolicy;
import java.nio.file.Path;
import java.time.Duration;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyedMergeTest {
    @TempDir
    Path directory;

    private StoreFixture fixture;
    private final Topology topology = Topology.named("job");

    @BeforeEach
    void setUp() {
        fixture = new StoreFixture(directory);
    }

    @AfterEach
    void tearDown() {
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldCountTheValuesOfAKeyOverBothStreams(final int partitions) {
        fixture.givenTopic("left", partitions).givenTopic("right", 2);
        for (int i = 0; i < 100; i++) {
            fixture.append("left", i % partitions, i, "", "k" + i % 10);
            fixture.append("right", i % 2, i, "", "k" + i % 10);
        }
        fixture.end("left");
        fixture.end("right");
        keyed("left")
                .merge("both", keyed("right"))
                .window("all", Windows.tumbling(Duration.ofSeconds(1)))
                .count()
                .map(count -> count.key() + "=" + count.value(), Codecs.string())
                .to("out");

        fixture.run(topology);

        assertThat(fixture.values("out"))
                .containsExactlyInAnyOrder(
                        "k0=20", "k1=20", "k2=20", "k3=20", "k4=20", "k5=20", "k6=20", "k7=20", "k8=20", "k9=20");
    }

    private KeyedStream<String, String> keyed(final String topic) {
        return topology.stream(topic, Codecs.string()).keyBy("by-word-" + topic, Codecs.string(), word -> word);
    }

    @Test
    void shouldReportKeysThatAreWrittenInTwoWays() {
        final Stream<String> words = topology.stream("in", Codecs.string());
        final KeyedStream<Long, String> lengths = words.keyBy("a", Codecs.int64(), word -> (long) word.length());
        final KeyedStream<Long, String> others = words.keyBy("b", new OtherLongCodec(), word -> (long) word.length());
        lengths.merge("both", others).to("out");

        assertThatThrownBy(topology::build)
                .hasMessageContaining("merge both: keys are written as int64 in one stream and as other in the other");
    }

    @Test
    void shouldMakeAValueOfKeyAndValueAndKeepTheKey() {
        fixture.givenTopic("in", 1);
        fixture.append("in", 0, 1, "", "ab");
        fixture.append("in", 0, 2, "", "");
        fixture.end("in");
        topology.stream("in", Codecs.string())
                .keyBy("by-first", Codecs.string(), word -> "k" + word)
                .mapWithKey((key, word) -> word.isEmpty() ? null : key + "/" + word.length(), Codecs.string())
                .onError(ErrorPolicy.SKIP)
                .to("out");

        final JobCounters counters = fixture.run(topology);

        assertThat(fixture.keysAndValues("out")).containsExactly("kab=kab/2");
        assertThat(counters.skippedRecords()).isEqualTo(1);
    }

    @Test
    void shouldUseAPartThatIsAFunction() {
        fixture.givenTopic("in", 1);
        fixture.append("in", 0, 1, "", "a");
        fixture.end("in");

        keyed("in").apply(KeyedMergeTest::doubled).to("out");
        fixture.run(topology);

        assertThat(fixture.keysAndValues("out")).containsExactly("a=aa");
    }

    private static KeyedStream<String, String> doubled(final KeyedStream<String, String> words) {
        return words.mapValues(word -> word + word, Codecs.string());
    }

    /** Writes numbers as texts. */
    private static final class OtherLongCodec implements Codec<Long> {
        private final Codec<String> texts = Codecs.string().forTask();

        @Override
        public Codec<Long> forTask() {
            return new OtherLongCodec();
        }

        @Override
        public Long decode(final DirectBuffer buffer, final int offset, final int length) {
            return Long.valueOf(texts.decode(buffer, offset, length));
        }

        @Override
        public int encodedLength(final Long value) {
            return texts.encodedLength(value.toString());
        }

        @Override
        public void encode(final Long value, final MutableDirectBuffer buffer, final int offset) {
            texts.encode(value.toString(), buffer, offset);
        }

        @Override
        public String describe() {
            return "other";
        }
    }
}
