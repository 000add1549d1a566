package io.millrace.examples.guide;

import static io.millrace.examples.guide.GuideStore.MINUTE_NS;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogStore;
import io.millrace.operators.keyed.Processor;
import io.millrace.operators.keyed.ProcessorContext;
import io.millrace.operators.keyed.ProcessorSetup;
import io.millrace.operators.keyed.SideOutput;
import io.millrace.operators.keyed.ValueState;
import io.millrace.streams.Codecs;
import io.millrace.streams.Job;
import io.millrace.streams.JobContext;
import io.millrace.streams.ProcessedStream;
import io.millrace.streams.TopicAppender;
import io.millrace.streams.Topology;
import io.millrace.streams.query.StateAnswer;
import io.millrace.streams.query.StateQuery;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the code of docs/guide/state.md. */
class StatePageTest {
    @TempDir
    Path directory;

    static final SideOutput<String> LOCKED = SideOutput.of("locked", Codecs.string());

    static final class Attempts implements Processor<String, String, String> {
        private static final long FORGET_NS = Duration.ofMinutes(15).toNanos();

        private ValueState<Long> failures;
        private ValueState<Long> timer;

        @Override
        public void init(ProcessorSetup setup) {
            failures = setup.valueState("failures", Codecs.int64());
            timer = setup.valueState("timer", Codecs.int64());
        }

        @Override
        public void process(String attempt, ProcessorContext<String, String> context) {
            failures.set(failures.valueOr(0L) + 1);
            if (failures.value() == 3) {
                context.sideOutput(LOCKED, context.key());
            }
            if (timer.isSet()) {
                context.cancelEventTimer(timer.value());
            }
            timer.set(context.eventTimeNs() + FORGET_NS);
            context.scheduleEventTimer(timer.value());
        }

        @Override
        public void onEventTimer(long timeNs, ProcessorContext<String, String> context) {
            context.forward(context.key() + " after " + failures.value());
            failures.clear();
            timer.clear();
        }
    }

    private static Topology topology() {
        Topology topology = Topology.named("attempts");
        ProcessedStream<String, String> forgotten = topology.stream("failed-logins", Codecs.string())
                .keyBy("by-user", Codecs.string(), user -> user)
                .process("attempts", Attempts::new, Codecs.string());
        forgotten.to("forgotten");
        forgotten.sideOutput(LOCKED).to("locked");
        return topology;
    }

    private static Long failuresOf(Job job, String user) throws Exception {
        StateQuery<String, Long> failures = job.state("attempts", Codecs.string(), Long.class);
        StateAnswer<Long> answer = failures.cell("failures").value(user).await(Duration.ofSeconds(10));
        return answer.value();
    }

    private static Job start(LogStore store) {
        return Job.start(
                store,
                topology(),
                new JobContext()
                        .checkpointInterval(Duration.ofSeconds(5)) // 10 s unless set
                        .stateBudget(1L << 30)); // bytes, as much as the heap may grow to unless set
    }

    @Test
    void shouldKeepStateAcrossAStopAndAnswerForIt() throws Exception {
        final GuidePage page = GuidePage.of("state.md");
        page.assertIsCompiledIn(StatePageTest.class);
        try (GuideStore store = new GuideStore(directory)) {
            final TopicAppender<String> attempts = store.appender("failed-logins", Codecs.string());
            attempts.append(0, "ann");
            attempts.append(MINUTE_NS, "ann");
            attempts.append(2 * MINUTE_NS, "bob");
            try (Job job = start(store.store())) {
                job.checkpoint().get();
            }
            attempts.append(3 * MINUTE_NS, "ann");
            attempts.append(18 * MINUTE_NS, "eve");
            try (Job job = start(store.store())) {
                store.awaitValues("forgotten", 2);
                assertThat(failuresOf(job, "eve")).isEqualTo(1);
                assertThat(failuresOf(job, "ann")).isNull();
            }

            assertThat(store.values("locked")).containsExactly("ann");
            assertThat(store.values("forgotten")).containsExactlyElementsOf(page.results(0));
        }
    }
}
