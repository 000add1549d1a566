package io.millrace.perf.streams;

import io.millrace.log.JdkAccess;
import io.millrace.operators.core.ClassCopies;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.FilterOperator;
import io.millrace.operators.core.MapOperator;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A chain of three maps and three filters, whose operators share two classes or are made from a copy of their class each,
 * beside a loop with the same six functions written out.
 *
 * <p>Hypothesis: with shared classes each of twelve calls, to the next step and to the function, has three receivers and
 * goes through a table; with copies the compiler inlines all of them, and what is left is the loop and the reading of some
 * fields on the way. Nothing but the processor's core should be the limit.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ClassCopiesBenchmark {
    private static final int VALUES = 4096;

    static {
        JdkAccess.open();
    }

    /** Whether operators share their class, or have a copy each. */
    @Param({"shared", "copied"})
    public String classes;

    private final RecordContext context = new RecordContext();
    private final Sample sample = new Sample();
    private final Sum sum = new Sum();
    private Operator<Sample> chain;

    /** Links the chain, last operator first. */
    @Setup
    public void link() {
        Operator<Sample> next = sum;
        next = filter(sample -> sample.value != 11, next);
        next = map(sample -> sample.set(sample.value ^ 0x55), next);
        next = filter(sample -> sample.value > 6, next);
        next = map(sample -> sample.set(sample.value * 3), next);
        next = filter(sample -> (sample.value & 15) != 3, next);
        chain = map(sample -> sample.set(sample.value + 7), next);
    }

    private Operator<Sample> map(final Function<Sample, Sample> function, final Operator<Sample> next) {
        return classes.equals("shared")
                ? new MapOperator<>(noFailures(), function, next)
                : copy(MapOperator.class, function, next);
    }

    private Operator<Sample> filter(final Predicate<Sample> predicate, final Operator<Sample> next) {
        return classes.equals("shared")
                ? new FilterOperator<>(noFailures(), predicate, next)
                : copy(FilterOperator.class, predicate, next);
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Operator<Sample> copy(
            final Class<? extends Operator> type, final Object function, final Operator<Sample> next) {
        final ClassCopies copies = new ClassCopies();
        final Operator<Sample> operator = copies.instantiate(Operator.class, type, noFailures(), function, next);
        if (!copies.isCopying()) {
            throw new IllegalStateException(copies.fallbackReason());
        }
        return operator;
    }

    private static FailureHandler noFailures() {
        return (context, cause) -> {
            throw new IllegalStateException(cause);
        };
    }

    /**
     * Pushes values through the chain.
     *
     * @return sum of what comes out.
     */
    @Benchmark
    @OperationsPerInvocation(VALUES)
    public long chain() {
        for (int i = 0; i < VALUES; i++) {
            chain.process(context, sample.set(i));
        }
        return sum.total;
    }

    /**
     * Does the same by hand.
     *
     * @return sum of what comes out.
     */
    @Benchmark
    @OperationsPerInvocation(VALUES)
    public long loop() {
        for (int i = 0; i < VALUES; i++) {
            final long a = sample.set(i).value + 7;
            if ((a & 15) != 3 && a * 3 > 6 && (a * 3 ^ 0x55) != 11) {
                sum.process(context, sample.set(a * 3 ^ 0x55));
            }
        }
        return sum.total;
    }

    private static final class Sample {
        private long value;

        Sample set(final long newValue) {
            value = newValue;
            return this;
        }
    }

    private static final class Sum implements Operator<Sample> {
        private long total;

        @Override
        public void process(final RecordContext context, final Sample value) {
            total += value.value;
        }

        @Override
        public void onWatermark(final RecordContext context, final long watermarkNs) {}

        @Override
        public void onLogTime(final RecordContext context, final long logTimeNs) {}
    }
}
