package io.millrace.operators.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operators.codec.StringCodec;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.state.CountState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class TumblingWindowOperatorTest {
    private final List<String> results = new ArrayList<>();
    private final List<String> late = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final TaskCounters counters = new TaskCounters();
    private final RecordContext context = new RecordContext();
    private final TumblingWindowOperator<String, String, CountState, Long> operator = operator(100, 20);

    @Test
    void shouldPutARecordAtTheEndOfAWindowIntoTheNextOne() {
        record("a", 0);
        record("a", 99);
        record("a", 100);

        watermark(Long.MAX_VALUE);

        assertThat(results).containsExactly("a[0,100)=2 at 99", "a[100,200)=1 at 199");
    }

    @Test
    void shouldPutATimeBeforeTheEpochIntoTheWindowThatHoldsIt() {
        record("a", -1);
        record("a", -100);
        record("a", -101);

        watermark(Long.MAX_VALUE);

        assertThat(results).containsExactly("a[-200,-100)=1 at -101", "a[-100,0)=2 at -1");
    }

    @Test
    void shouldCloseAWindowWhenTheWatermarkReachesItsEndPlusGraceAndNotBefore() {
        record("a", 10);

        watermark(119);
        assertThat(results).isEmpty();
        watermark(120);

        assertThat(results).containsExactly("a[0,100)=1 at 99");
    }

    @Test
    void shouldTakeARecordWithinGraceAndHandOverALateOne() {
        record("a", 10);
        watermark(119);
        record("a", 20);
        watermark(120);
        record("a", 30);
        record("b", 100);

        watermark(Long.MAX_VALUE);

        assertThat(results).containsExactly("a[0,100)=2 at 99", "b[100,200)=1 at 199");
        assertThat(late).containsExactly("a@30");
        assertThat(counters.lateRecords()).isEqualTo(1);
    }

    @Test
    void shouldCloseWindowsInTheOrderOfTheirEndsAndKeysInTheOrderOfTheirFirstRecord() {
        record("b", 250);
        record("z", 10);
        record("a", 20);
        record("b", 110);
        record("z", 30);
        record("c", 1_000_000);
        record("c", 5);

        watermark(1_000);

        assertThat(results)
                .containsExactly(
                        "z[0,100)=2 at 99",
                        "a[0,100)=1 at 99",
                        "c[0,100)=1 at 99",
                        "b[100,200)=1 at 199",
                        "b[200,300)=1 at 299");
    }

    @Test
    void shouldReuseTheMemoryOfAClosedWindowWithoutItsCounts() {
        record("a", 10);
        record("a", 20);
        watermark(500);
        record("a", 510);

        watermark(Long.MAX_VALUE);

        assertThat(results).containsExactly("a[0,100)=2 at 99", "a[500,600)=1 at 599");
    }

    @Test
    void shouldGiveNoResultForAKeyWhoseOnlyRecordWasRefused() {
        record("a", 10);
        record("refused", 20);
        record("b", 30);
        record("refused", 40);

        watermark(Long.MAX_VALUE);

        assertThat(results).containsExactly("a[0,100)=1 at 99", "b[0,100)=1 at 99");
        assertThat(failures).containsExactly("refused@20", "refused@40");
    }

    @Test
    void shouldRefuseEventTimesWhoseWindowsWouldWrapRound() {
        record("a", Long.MAX_VALUE);
        record("a", Long.MIN_VALUE);

        assertThat(failures).hasSize(2).allMatch(failure -> failure.startsWith("event time is out of range"));
    }

    @Test
    void shouldLeaveTheContextAsItWasAfterClosing() {
        record("a", 10);
        context.key(new UnsafeBuffer(new byte[9]), 4, 5);
        context.eventTimeNs(777);

        watermark(Long.MAX_VALUE);

        assertThat(context.eventTimeNs()).isEqualTo(777);
        assertThat(context.keyOffset()).isEqualTo(4);
        assertThat(context.keyLength()).isEqualTo(5);
    }

    private TumblingWindowOperator<String, String, CountState, Long> operator(final long sizeNs, final long graceNs) {
        return new TumblingWindowOperator<>(
                new TumblingWindow(sizeNs, graceNs),
                new WindowAggregation<>(CountState::new, TumblingWindowOperatorTest::add, CountState::value),
                new StringCodec(),
                counters,
                (failed, failure) -> failures.add(failure.getMessage()),
                new Collector(),
                lateCollector());
    }

    private static void add(final CountState state, final String value) {
        if (value.startsWith("refused")) {
            throw new IllegalArgumentException(value);
        }
        state.increment();
    }

    private void record(final String key, final long eventTimeNs) {
        final byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        context.record(8, eventTimeNs, 0);
        context.key(new UnsafeBuffer(bytes), 0, bytes.length);
        operator.process(context, key + "@" + eventTimeNs);
    }

    private void watermark(final long watermarkNs) {
        operator.onWatermark(context, watermarkNs);
        context.watermarkNs(watermarkNs);
    }

    private final class Collector implements Operator<Windowed<String, Long>> {
        @Override
        public void process(final RecordContext context, final Windowed<String, Long> value) {
            results.add(value + " at " + context.eventTimeNs());
        }

        @Override
        public void onWatermark(final RecordContext context, final long watermarkNs) {}

        @Override
        public void onLogTime(final RecordContext context, final long logTimeNs) {}
    }

    private Operator<String> lateCollector() {
        return new Operator<>() {
            @Override
            public void process(final RecordContext context, final String value) {
                late.add(value);
            }

            @Override
            public void onWatermark(final RecordContext context, final long watermarkNs) {}

            @Override
            public void onLogTime(final RecordContext context, final long logTimeNs) {}
        };
    }
}
