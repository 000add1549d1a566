package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.streams.Async;
import io.millrace.streams.Codecs;
import io.millrace.streams.Topology;
import io.millrace.streams.Windows;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The contract of asking an outside: alone, and with a window behind it that must not find its results late. */
class AsyncContractTest {
    private static final Duration A_WHILE = Duration.ofMillis(170);

    @ParameterizedTest
    @CsvSource({"true, false, 7", "true, true, 2", "false, true, 2"})
    void shouldHold(final boolean isOrdered, final boolean isElsewhere, final int partitions) {
        final ContractReport report = OperatorContract.of(() -> topology(isOrdered, isElsewhere))
                .script(AsyncContractTest::twentyFiveWords)
                .partitions(1, partitions)
                .maxCrashes(3)
                .verify();

        assertThat(report.restores()).isGreaterThan(20);
        assertThat(report.refusals()).isPositive();
        assertThat(report.crashes()).isPositive();
        assertThat(report.checkpointedCrashes()).isPositive();
    }

    // In another thread, the replies come in an order of their own; in the order of the inputs they may be seen as they
    // are.
    private static Topology topology(final boolean isOrdered, final boolean isElsewhere) {
        final Topology topology = Topology.named("contract");
        final Async async = Async.atMost(3);
        final var lengths = topology.stream("words", Codecs.string())
                .outOfOrderness(Duration.ofMillis(200))
                .keyBy("by-word", Codecs.string(), word -> word.substring(0, 2))
                .mapAsync(
                        "lengths",
                        word -> length(word, isElsewhere),
                        isOrdered ? async : async.unordered(),
                        Codecs.int32());
        final var sums = lengths.window("sums", Windows.tumbling(Duration.ofMillis(500)));
        if (isOrdered) {
            lengths.to("lengths");
        }
        sums.sum(length -> length)
                .map(window -> window.key() + " " + window.startNs() + " " + window.value(), Codecs.string())
                .to("sums");
        return topology;
    }

    private static CompletionStage<Integer> length(final String word, final boolean isElsewhere) {
        final Executor executor = isElsewhere ? command -> new Thread(command).start() : Runnable::run;
        return CompletableFuture.supplyAsync(word::length, executor);
    }

    private static void twentyFiveWords(final TopologyTestDriver driver) {
        final TestInput<String> words = driver.input("words", Codecs.string());
        for (int i = 0; i < 25; i++) {
            words.pipe(driver.now().minusMillis(i % 3 * 100L), "k" + i % 4 + " ".repeat(i));
            driver.advanceTime(A_WHILE);
        }
        driver.end();
    }
}
