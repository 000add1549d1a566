package io.millrace.streams.effect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.LogContext;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.codec.StringCodec;
import io.millrace.operators.effect.Call;
import io.millrace.operators.effect.CallCodec;
import io.millrace.operators.effect.CallRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a desk calls, waits, calls again and gives up, by a clock that the test moves. */
class CallDeskTest {
    private static final CallSettings SETTINGS = new CallSettings(2, 100, 3, 10, 15, true);

    @TempDir
    Path directory;

    private LogStore store;
    private final List<String> asked = new ArrayList<>();
    private final List<CompletableFuture<String>> answers = new ArrayList<>();

    @BeforeEach
    void setUp() {
        store = LogStore.launch(new LogContext().directory(directory));
        store.createTopic(TopicSpec.named("job.score-calls").partitions(1));
    }

    @AfterEach
    void tearDown() {
        store.close();
    }

    @Test
    void shouldCallForAsManyAtOnceAsItMay() {
        final CallDesk<String, String> desk = desk(false);
        show(desk, 8, "a");
        show(desk, 16, "b");
        show(desk, 24, "c");

        desk.doWork(0);
        assertThat(asked).containsExactly("a", "b");
        answers.get(1).complete("B");
        desk.doWork(1);
        assertThat(asked).containsExactly("a", "b", "c");
        assertThat(written()).containsExactly("1 16 B");
    }

    @Test
    void shouldTakeWhatSeveralReplicasShowOnce() {
        final CallDesk<String, String> desk = desk(false);
        show(desk, 8, "a");
        show(desk, 16, "b");
        show(desk, 8, "a");
        desk.doWork(0);
        answers.forEach(answer -> answer.complete("x"));
        show(desk, 16, "b");
        desk.doWork(1);
        show(desk, 16, "b");
        desk.doWork(2);

        assertThat(asked).containsExactly("a", "b");
        assertThat(desk.isBusy()).isFalse();
    }

    @Test
    void shouldWaitTwiceAsLongBeforeEachFurtherAttemptUpToTheLongest() {
        final CallDesk<String, String> desk = desk(false);
        show(desk, 8, "a");
        desk.doWork(0);
        answers.get(0).completeExceptionally(new IOException("one"));
        desk.doWork(50);
        desk.doWork(59);
        assertThat(asked).hasSize(1);
        desk.doWork(60);
        assertThat(asked).hasSize(2);
        answers.get(1).completeExceptionally(new CompletionException(new IOException("two")));
        desk.doWork(70);
        desk.doWork(84);
        assertThat(asked).hasSize(2);
        desk.doWork(85);
        assertThat(asked).hasSize(3);
        answers.get(2).completeExceptionally(new IOException("three"));
        desk.doWork(90);

        assertThat(written()).containsExactly("2 8 no reply after 3 attempts: java.io.IOException: three");
        assertThat(desk.isBusy()).isFalse();
    }

    @Test
    void shouldNotListenToWhatAnswersTooLate() {
        final CallDesk<String, String> desk = desk(false);
        show(desk, 8, "a");
        desk.doWork(0);
        desk.doWork(99);
        assertThat(answers.get(0).isCancelled()).isFalse();
        desk.doWork(100);
        assertThat(answers.get(0).isCancelled()).isTrue();
        desk.doWork(110);
        assertThat(asked).hasSize(2);
        answers.get(1).complete("second");
        desk.doWork(111);

        assertThat(written()).containsExactly("1 8 second");
    }

    @Test
    void shouldTryAgainWhereTheFunctionItselfThrows() {
        final CallDesk<String, String> desk = desk(
                value -> {
                    asked.add(value);
                    throw new IllegalStateException("not now");
                },
                false);
        show(desk, 8, "a");
        for (int now = 0; now < 100; now++) {
            desk.doWork(now);
        }

        assertThat(asked).hasSize(3);
        assertThat(written())
                .containsExactly("2 8 no reply after 3 attempts: java.lang.IllegalStateException: not now");
    }

    @Test
    void shouldNotTryAgainWhereTheFunctionGivesNothingToWaitFor() {
        final CallDesk<String, String> desk = desk(value -> null, true);
        show(desk, 8, "a");

        assertThatThrownBy(() -> desk.doWork(0))
                .isInstanceOf(MillraceException.class)
                .hasMessage("job job stopped at a call: topic=job.score-calls partition=0 position=8 operator=score:"
                        + " no reply after 1 attempt: java.lang.NullPointerException: the function gave null in the place"
                        + " of a CompletionStage");
    }

    @Test
    void shouldBeginNothingWhenItCloses() {
        final CallDesk<String, String> desk = desk(false);
        show(desk, 8, "a");
        show(desk, 16, "b");
        show(desk, 24, "c");
        desk.doWork(0);
        desk.stopCalling();
        answers.get(0).complete("A");
        answers.get(1).completeExceptionally(new IOException("refused"));
        desk.doWork(1);
        assertThat(desk.isTrying()).isFalse();
        desk.doWork(1_000);
        desk.abandon();

        assertThat(asked).containsExactly("a", "b");
        assertThat(written()).containsExactly("1 8 A");
    }

    private CallDesk<String, String> desk(final boolean failsJob) {
        return desk(
                value -> {
                    asked.add(value);
                    answers.add(new CompletableFuture<>());
                    return answers.get(answers.size() - 1);
                },
                failsJob);
    }

    private CallDesk<String, String> desk(
            final Function<String, CompletionStage<String>> function, final boolean failsJob) {
        return new CallDesk<>(
                new CallSpec<>("score", function, null, SETTINGS, new StringCodec(), new StringCodec()),
                failsJob,
                "job",
                store.topic("job.score-calls").partition(0));
    }

    private static void show(final CallDesk<String, String> desk, final long position, final String value) {
        desk.request(new Call(position, 0, 0, (value + "\0").getBytes(StandardCharsets.US_ASCII)));
    }

    private List<String> written() {
        final CallCodec codec = new CallCodec(new StringCodec());
        final List<String> written = new ArrayList<>();
        try (LogReader reader = store.topic("job.score-calls").partition(0).reader()) {
            while (reader.poll(
                            record -> {
                                final CallRecord call =
                                        codec.decode(record.buffer(), record.valueOffset(), record.valueLength());
                                written.add(call.kind() + " " + call.inputPosition() + " "
                                        + call.bytes()
                                                .getStringWithoutLengthUtf8(
                                                        0, call.bytes().capacity()));
                            },
                            100)
                    > 0) {
                // Read on to the end.
            }
        }
        return written;
    }
}
