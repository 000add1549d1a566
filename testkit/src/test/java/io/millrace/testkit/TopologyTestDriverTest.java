package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.MillraceException;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.streams.Codecs;
import io.millrace.streams.Stream;
import io.millrace.streams.Topology;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@MillraceTest
class TopologyTestDriverTest {
    private static final Instant BEGIN = VirtualClock.BEGIN;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void shouldEmitAWindowThatIsIdleOnceTimeHasPassed(final TestDrivers drivers) {
        final TopologyTestDriver driver =
                drivers.of(WordCounts.per(Duration.ofMillis(10))).start();
        final TestInput<String> words = driver.input("words", Codecs.string());
        final TestOutput<String> counts = driver.output("counts", Codecs.string());
        for (int ms = 0; ms < 40; ms += 4) {
            words.pipe(BEGIN.plusMillis(ms), "a");
        }
        assertThat(counts.readValues()).containsExactly("a 0 3", "a 10 2", "a 20 3");

        driver.advanceTime(MINUTE);

        assertThat(counts.readValues()).containsExactly("a 30 2");
        assertThat(driver.advanceTime(MINUTE).counters().lateRecords()).isZero();
        assertThat(counts.readValues()).isEmpty();
    }

    @Test
    void shouldEmitAnIdleWindowAtTheFirstMomentAtWhichItsEndIsKnown(final TestDrivers drivers) {
        final TopologyTestDriver driver =
                drivers.of(WordCounts.per(Duration.ofMillis(10))).start();
        driver.input("words", Codecs.string()).pipe(BEGIN, "a");

        driver.advanceTime(MINUTE);

        assertThat(driver.output("counts", Codecs.string()).readOne().logTime())
                .isEqualTo(BEGIN.plusSeconds(5).plusMillis(10));
    }

    @Test
    void shouldSendALateValueToTheLateTopic(final TestDrivers drivers) {
        final TopologyTestDriver driver =
                drivers.of(WordCounts.per(Duration.ofMillis(10))).start();
        final TestInput<String> words = driver.input("words", Codecs.string());

        words.pipe(BEGIN, "a").pipe(BEGIN.plusMillis(35), "a").pipe(BEGIN.plusMillis(5), "tardy");

        assertThat(driver.output("words.late", Codecs.string()).readOne().value())
                .isEqualTo("tardy");
        assertThat(driver.counters().lateRecords()).isEqualTo(1);
        assertThat(driver.output("counts", Codecs.string()).readValues()).containsExactly("a 0 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldLoseNoResultWhenADayIsReplayedInASecond(final int partitions, final TestDrivers drivers) {
        final TopologyTestDriver driver = drivers.of(WordCounts.per(MINUTE))
                .partitions("words", partitions)
                .start();
        final TestInput<String> words = driver.input("words", Codecs.string());
        final List<String> expected = new ArrayList<>();
        for (int minute = 0; minute < 60; minute++) {
            words.pipe(BEGIN.minus(Duration.ofDays(1)).plus(MINUTE.multipliedBy(minute)), "a");
            driver.advanceTime(Duration.ofMillis(60));
            expected.add("a " + (minute - 24 * 60) * MINUTE.toMillis() + " 1");
        }

        driver.advanceTime(Duration.ofHours(1));

        assertThat(driver.output("counts", Codecs.string()).readValues()).containsExactlyElementsOf(expected);
        driver.replayTwice();
    }

    @Test
    void shouldNotBePoisonedByATimeFarAhead(final TestDrivers drivers) {
        final TopologyTestDriver driver =
                drivers.of(WordCounts.per(MINUTE).onError(ErrorPolicy.SKIP)).start();
        final TestInput<String> words = driver.input("words", Codecs.string());

        words.pipe("a").pipe(BEGIN.plus(Duration.ofDays(3650)), "a").pipe("a");

        assertThat(driver.skipped())
                .singleElement()
                .extracting(Object::toString)
                .asString()
                .contains("maxAhead");
        driver.advanceTime(MINUTE.multipliedBy(2));
        assertThat(driver.output("counts", Codecs.string()).readValues()).containsExactly("a 0 2");
        assertThat(driver.counters().lateRecords()).isZero();
    }

    @Test
    void shouldStopAtATimeFarAheadAsAJobDoes(final TestDrivers drivers) {
        final TopologyTestDriver driver = drivers.of(WordCounts.per(MINUTE)).start();
        final TestInput<String> words = driver.input("words", Codecs.string());
        final Instant farAhead = BEGIN.plus(Duration.ofDays(2));

        assertThatThrownBy(() -> words.pipe(farAhead, "a"))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("topic=words partition=0 position=")
                .hasMessageContaining("maxAhead");
        assertThatThrownBy(() -> words.pipe("a"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the job has stopped");
    }

    @Test
    void shouldTakeATimeThatTheClockHasReached(final TestDrivers drivers) {
        final TopologyTestDriver driver = drivers.of(WordCounts.per(MINUTE)).start();
        final Instant later = BEGIN.plus(Duration.ofDays(2));

        driver.at(later).input("words", Codecs.string()).pipe(later, "a");

        assertThat(driver.end().output("counts", Codecs.string()).readValues())
                .containsExactly("a " + Duration.ofDays(2).toMillis() + " 1");
    }

    @Test
    void shouldNotWaitForAPartitionThatNeverHadARecord(final TestDrivers drivers) {
        final TopologyTestDriver driver =
                drivers.of(WordCounts.per(MINUTE)).partitions("words", 3).start();
        final TestInput<String> words = driver.input("words", Codecs.string());

        words.pipeTo(0, BEGIN, "a").pipeTo(2, BEGIN.plusSeconds(1), "a");
        driver.advanceTime(MINUTE.multipliedBy(2));

        assertThat(driver.output("counts", Codecs.string()).readValues()).containsExactly("a 0 2");
    }

    @Test
    void shouldNotWaitForAPartitionThatFellSilent(final TestDrivers drivers) {
        final TopologyTestDriver driver =
                drivers.of(WordCounts.per(MINUTE)).partitions("words", 2).start();
        final TestInput<String> words = driver.input("words", Codecs.string());
        final TestOutput<String> counts = driver.output("counts", Codecs.string());

        words.pipeTo(0, BEGIN, "a").pipeTo(1, BEGIN, "a");
        for (int second = 10; second <= 70; second += 10) {
            driver.at(BEGIN.plusSeconds(second));
            words.pipeTo(1, driver.now(), "b");
        }
        driver.advanceTime(Duration.ofSeconds(1));

        assertThat(counts.readValues()).containsExactlyInAnyOrder("a 0 2", "b 0 5");
    }

    @Test
    void shouldMergeTwoTopicsInTheOrderInWhichTheyCame(final TestDrivers drivers) {
        final Topology topology = Topology.named("merging");
        final Stream<String> right = topology.stream("right", Codecs.string());
        topology.stream("left", Codecs.string()).merge("both", right).to("merged");
        final TopologyTestDriver driver = drivers.of(topology).start();
        final TestInput<String> lefts = driver.input("left", Codecs.string());
        final TestInput<String> rights = driver.input("right", Codecs.string());

        lefts.pipe("l1");
        rights.pipe("r1").pipe("r2");
        lefts.pipe("l2");

        assertThat(driver.output("merged", Codecs.string()).readValues()).containsExactly("l1", "r1", "r2", "l2");
        assertThat(driver.output("merging.both", Codecs.string()).readValues()).hasSize(4);
        driver.end().replayTwice();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldEmitExactlyOneFinalForEachKeyAndWindow(final int partitions, final TestDrivers drivers) {
        final TopologyTestDriver driver = drivers.of(WordCounts.per(Duration.ofSeconds(1)))
                .partitions("words", partitions)
                .start();
        final TestInput<String> words = driver.input("words", Codecs.string());
        for (int i = 0; i < 100; i++) {
            words.pipe(BEGIN.plusMillis(i * 100L), "w" + i % 5);
            driver.advanceTime(Duration.ofMillis(100));
        }

        driver.advanceTime(MINUTE);

        final List<String> counts = driver.output("counts", Codecs.string()).readValues();
        assertThat(counts).doesNotHaveDuplicates().hasSize(50).allMatch(count -> count.endsWith(" 2"));
        driver.end();
        assertThat(driver.stateBytes()).isNotNegative();
        driver.replayTwice();
    }

    @Test
    void shouldGiveWhatAccompaniesARecord(final TestDrivers drivers) {
        final TopologyTestDriver driver =
                drivers.of(WordCounts.per(MINUTE)).partitions("words", 2).start();
        final TestInput<String> words = driver.input("words", Codecs.string());

        words.pipe(Codecs.string(), "key", BEGIN.plusSeconds(3), "a");

        final TestRecord<String> counted =
                driver.end().output("counts", Codecs.string()).readOne();
        assertThat(counted.key(Codecs.string())).isEqualTo("a");
        assertThat(counted.eventTime()).isEqualTo(BEGIN.plus(MINUTE).minusNanos(1));
        assertThat(counted.logTime()).isEqualTo(BEGIN);
        assertThat(counted.topic()).isEqualTo("counts");
    }

    @Test
    void shouldSayWhatItExpectsWhereANameIsWrong(final TestDrivers drivers) {
        final TopologyTestDriver driver = drivers.of(WordCounts.per(MINUTE)).start();

        assertThatThrownBy(() -> driver.input("wrods", Codecs.string()))
                .hasMessage("the topology does not read topic wrods; it reads [words]");
        assertThatThrownBy(() -> drivers.of(WordCounts.per(MINUTE))
                        .partitions("wrods", 2)
                        .start())
                .hasMessageContaining("which the topology neither reads nor writes; its topics are [counts, words");
        assertThatThrownBy(() -> driver.output("counts", Codecs.string()).readOne())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("expected one record in topic counts, there are 0");
    }

    @Test
    void shouldShowTheJobAPileOfInputAtOnce(final TestDrivers drivers) {
        final TopologyTestDriver driver =
                drivers.of(WordCounts.per(MINUTE)).partitions("words", 2).start();
        final TestInput<String> words = driver.input("words", Codecs.string());

        driver.batch(() -> {
            words.pipe("a").pipe("b");
            assertThat(driver.counters().recordsIn()).isZero();
        });

        assertThat(driver.counters().recordsIn()).isEqualTo(2);
    }
}
