package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.streams.plan.Plan;
import io.millrace.streams.plan.Stage;
import io.millrace.streams.topology.TopologyNode;
import java.time.Duration;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.Test;

class PlannerTest {
    private final Topology topology = Topology.named("job");

    @Test
    void shouldFuseNeighboursIntoOneStage() {
        words("in")
                .filter(word -> true)
                .map(String::trim, Codecs.string())
                .peek(word -> {})
                .to("out");

        final Plan plan = plan(7);

        assertThat(plan.stages()).singleElement().satisfies(stage -> {
            assertThat(stage.tasks()).isEqualTo(7);
            assertThat(names(stage.nodes())).containsExactly("filter-1", "map-2", "peek-3", "out");
            assertThat(stage.exchanges()).isEmpty();
        });
        assertThat(plan.taskCount()).isEqualTo(7);
    }

    @Test
    void shouldCutAtAnExchangeThatSeveralTasksWriteAndRead() {
        words("in").keyBy("by-word", Codecs.string(), word -> word).to("out");

        final Plan plan = plan(2);

        assertThat(plan.stages()).hasSize(2);
        assertThat(names(plan.stages().get(0).exchanges())).containsExactly("by-word");
        assertThat(plan.stages().get(1).inputTopic()).isEqualTo("job.by-word");
        assertThat(plan.stages().get(1).tasks()).isEqualTo(2);
        assertThat(plan.stages().get(1).upstreams())
                .containsExactly(plan.stages().get(0));
    }

    @Test
    void shouldLeaveOutAnExchangeThatASingleTaskWouldWriteAndRead() {
        words("in")
                .keyBy("by-word", Codecs.string(), word -> word)
                .values()
                .keyByInt("by-length", String::length)
                .to("out");

        final Plan plan = plan(1);

        assertThat(plan.stages()).singleElement().satisfies(stage -> {
            assertThat(names(stage.nodes())).containsExactly("by-word", "by-length", "out");
            assertThat(stage.exchanges()).isEmpty();
            assertThat(stage.inPlace()).hasSize(2);
        });
        assertThat(plan.describe())
                .startsWith("job job: 1 task in 1 stage, 0 exchanges, on error fail\n")
                .contains("chain      key by by-word -> key by by-length -> sink out")
                .contains("left out   exchange by-length [key int32, string]: one task would both write and read it")
                .contains("left out   exchange by-word [key string, string]: one task would both write and read it");
    }

    @Test
    void shouldMergeStreamsOfTheSameTasksInPlace() {
        final Stream<String> words = words("in");
        words.filter(word -> word.length() > 1)
                .merge("both", words.map(word -> word, Codecs.string()))
                .to("out");

        final Plan plan = plan(3);

        assertThat(plan.stages()).singleElement().satisfies(stage -> {
            assertThat(names(stage.inPlace())).containsExactly("both");
            assertThat(names(stage.nodes())).containsExactly("filter-1", "map-2", "both", "out");
        });
        assertThat(plan.describe()).contains("left out   merge both [string]: all its streams are of the same tasks");
    }

    @Test
    void shouldAppendStreamsOfTwoTopicsToAnExchangeOfTheWiderOne() {
        words("left").merge("both", words("right")).to("out");

        final Plan plan = topology.plan(topic -> topic.equals("left") ? 2 : 3);

        assertThat(plan.stages()).hasSize(3);
        final Stage merged = plan.stages().get(2);
        assertThat(merged.name()).isEqualTo("both");
        assertThat(merged.tasks()).isEqualTo(3);
        assertThat(merged.upstreams())
                .containsExactly(plan.stages().get(0), plan.stages().get(1));
        assertThat(plan.describe())
                .contains("output     merge both [string] = topic job.both, 3 partitions, by the hash of the key")
                .contains("watermark  minimum over the 2 tasks of stage 0 and the 3 tasks of stage 1");
    }

    @Test
    void shouldMergeTwoTopicsOfOnePartitionEachThroughAnExchangeToo() {
        words("left").merge("both", words("right")).to("out");

        assertThat(plan(1).stages()).extracting(Stage::inputTopic).containsExactly("left", "right", "job.both");
    }

    @Test
    void shouldKeyByBehindAMergeInTheTaskThatReadsIt() {
        words("left")
                .merge("both", words("right"))
                .keyBy("by-word", Codecs.string(), word -> word)
                .to("out");

        assertThat(plan(1).stages()).hasSize(3);
        assertThat(names(plan(1).stages().get(2).nodes())).containsExactly("by-word", "out");
        assertThat(plan(2).stages()).extracting(Stage::name).containsExactly("left", "right", "both", "by-word");
    }

    @Test
    void shouldMergeAStreamWithWhatAnExchangeMadeOfIt() {
        final Stream<String> words = words("in");
        words.merge(
                        "both",
                        words.keyBy("by-word", Codecs.string(), word -> word).values())
                .to("out");

        final Plan plan = plan(2);

        assertThat(plan.stages()).extracting(Stage::name).containsExactly("in", "by-word", "both");
        assertThat(plan.stages().get(2).upstreams())
                .containsExactly(plan.stages().get(0), plan.stages().get(1));
        assertThat(plan(1).stages()).hasSize(1);
    }

    @Test
    void shouldMergeThreeStreamsOfWhichTwoAreOfOneTask() {
        final Stream<String> left = words("left");
        left.filter(word -> true)
                .merge("inner", left.filter(word -> false))
                .merge("outer", words("right"))
                .to("out");

        final Plan plan = plan(1);

        assertThat(plan.stages()).extracting(Stage::name).containsExactly("left", "right", "outer");
        assertThat(names(plan.stages().get(0).inPlace())).containsExactly("inner");
    }

    @Test
    void shouldPlanTheCasesOfABranchInTheStageOfTheBranch() {
        final Branching<String> branch = words("in").branch();
        branch.when(word -> word.startsWith("a")).to("a");
        branch.when(word -> word.startsWith("b"))
                .keyBy("by-word", Codecs.string(), word -> word)
                .to("b");
        branch.otherwise().to("rest");

        final Plan plan = plan(2);

        assertThat(plan.stages()).hasSize(2);
        assertThat(names(plan.stages().get(0).nodes())).containsExactly("branch-1", "rest", "a", "by-word");
        assertThat(plan.describe())
                .contains("chain      branch-1 -> [otherwise: sink rest | case 1: sink a | case 2: exchange by-word]");
    }

    @Test
    void shouldReadATopicOnceForAStreamThatIsUsedTwice() {
        final Stream<String> words = words("in");
        words.keyBy("by-word", Codecs.string(), word -> word).to("words");
        words.keyByInt("by-length", String::length).to("lengths");

        final Plan plan = plan(2);

        assertThat(plan.stages()).extracting(Stage::name).containsExactly("in", "by-word", "by-length");
        assertThat(plan.stages().get(0).exchanges()).hasSize(2);
        assertThat(plan.describe()).contains("chain      [exchange by-word | exchange by-length]");
    }

    @Test
    void shouldSayWhereAnErrorPolicyDiffersFromThatOfTheTopology() {
        words("in")
                .map(word -> word, Codecs.string())
                .onError(ErrorPolicy.deadLetter("dead"))
                .to("out");

        assertThat(plan(1).describe()).contains("on error   map-1: dead-letter to dead");
    }

    @Test
    void shouldPlanTheSameAgain() {
        final Stream<String> words = words("in");
        words.merge("both", words("other"))
                .keyByInt("by-length", String::length)
                .to("out");
        words.to("copy");

        assertThat(plan(3).describe()).isEqualTo(plan(3).describe());
        assertThat(plan(3).toMermaid()).isEqualTo(plan(3).toMermaid());
    }

    // The text is what the parser of Mermaid 11 accepted.
    @Test
    void shouldDrawStagesTopicsAndExchanges() {
        final Stream<String> words = words("in");
        words.merge("both", words("other"))
                .keyBy("by-word", Codecs.string(), word -> word)
                .window("per-second", Windows.tumbling(Duration.ofSeconds(1)))
                .late(late -> late.to("in.late"))
                .count()
                .map(count -> count.key(), Codecs.string())
                .to("out");

        assertThat(plan(2).toMermaid()).isEqualTo("""
                        flowchart LR
                          n0[("in<br/>2 partitions")]
                          n1[("other<br/>2 partitions")]
                          n2[("job.both<br/>2 partitions")]
                          n3[("job.by-word<br/>2 partitions")]
                          n4[("out")]
                          n5[("in.late")]
                          subgraph stage0["stage 0: 2 tasks"]
                          end
                          subgraph stage1["stage 1: 2 tasks"]
                          end
                          subgraph stage2["stage 2: 2 tasks"]
                          end
                          subgraph stage3["stage 3: 2 tasks"]
                            n6["per-second<br/>count, tumbling 1 s"]
                            n7["map-1"]
                          end
                          n0 --> n2
                          n1 --> n2
                          n2 -- "sums of per-second" --> n3
                          n3 --> n6
                          n6 --> n7
                          n6 -- "late" --> n5
                          n7 --> n4
                        """);
    }

    @Test
    void shouldDrawWhatIsDoneInPlace() {
        final Stream<String> words = words("in");
        words.filter(word -> true)
                .merge("both", words)
                .keyByInt("by-length", String::length)
                .to("out");

        assertThat(plan(1).toMermaid())
                .contains("    n3[\"merge both\"]\n")
                .contains("    n4[\"key by by-length\"]\n")
                .contains("  n3 --> n4\n")
                .contains("  n0 --> n3\n");
    }

    @Test
    void shouldKeepADescriptionFromBreakingThePicture() {
        words("in")
                .map(word -> word, new LoudCodec())
                .keyBy("by-word", new LoudCodec(), word -> word)
                .window("w", Windows.tumbling(Duration.ofSeconds(1)))
                .count()
                .map(count -> count.key(), Codecs.string())
                .to("out");

        assertThat(plan(2).toMermaid()).doesNotContain("\"]\"").doesNotContain("<b>");
        assertThat(plan(2).describe()).contains("a \"loud\"");
    }

    private Stream<String> words(final String topic) {
        return topology.stream(topic, Codecs.string());
    }

    private Plan plan(final int partitions) {
        return topology.plan(topic -> partitions);
    }

    private static List<String> names(final Iterable<? extends TopologyNode> nodes) {
        final List<String> names = new java.util.ArrayList<>();
        nodes.forEach(node -> names.add(node.name()));
        return names;
    }

    /** Says of itself what a picture could choke on. */
    private static final class LoudCodec implements Codec<String> {
        private final Codec<String> strings = Codecs.string();

        @Override
        public Codec<String> forTask() {
            return this;
        }

        @Override
        public String decode(final DirectBuffer buffer, final int offset, final int length) {
            return strings.decode(buffer, offset, length);
        }

        @Override
        public int encodedLength(final String value) {
            return strings.encodedLength(value);
        }

        @Override
        public void encode(final String value, final MutableDirectBuffer buffer, final int offset) {
            strings.encode(value, buffer, offset);
        }

        @Override
        public String describe() {
            return "a \"loud\"] <b> #1 `codec`";
        }
    }
}
