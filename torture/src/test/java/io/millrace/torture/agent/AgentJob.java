package io.millrace.torture.agent;

import io.millrace.log.LogContext;
import io.millrace.log.LogStore;
import io.millrace.log.ProducerAppender;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.keyed.Processor;
import io.millrace.operators.keyed.ProcessorContext;
import io.millrace.operators.keyed.ProcessorSetup;
import io.millrace.operators.keyed.ValueState;
import io.millrace.streams.Codecs;
import io.millrace.streams.Job;
import io.millrace.streams.JobContext;
import io.millrace.streams.Topology;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;

/** The process that the agent is tried on: appends numbers, and counts and adds them by account behind an exchange. */
final class AgentJob {
    static final int PARTITIONS = 2;
    static final int ACCOUNTS = 50;
    static final int TIMER_EVERY = 16;
    static final long TIMER_NS = TimeUnit.SECONDS.toNanos(2);
    static final String FED = "FED";
    static final String DONE = "DONE";
    static final Codec<Result> RESULT = Codecs.records(Result.class);

    // Its log times are of another day than those of the machine.
    private static final long CLOCK_OFFSET_NS = TimeUnit.HOURS.toNanos(1);
    private static final int PAUSE_EVERY = 25;

    private AgentJob() {}

    /** What the job says of a number, or of a timer when the count is 0. */
    record Result(long account, long number, long count, long sum, long logTimeNs) {}

    /** Arguments: directory; how many more numbers to append; STAY, CLOSE or END, what to do then. */
    public static void main(final String[] arguments) throws InterruptedException {
        final int count = Integer.parseInt(arguments[1]);
        try (LogStore store = LogStore.launch(context(Path.of(arguments[0])))) {
            store.createTopic(TopicSpec.named("in").partitions(PARTITIONS));
            store.createTopic(TopicSpec.named("out").partitions(PARTITIONS));
            try (Job job = Job.start(
                    store, topology(), new JobContext().threads(2).checkpointInterval(Duration.ofMillis(50)))) {
                feed(store, count, arguments[2].equals("END"));
                System.out.println(FED);
                if (arguments[2].equals("STAY")) {
                    // Whoever started it kills it long before.
                    job.awaitCompletion(Duration.ofSeconds(30));
                }
                if (arguments[2].equals("END") && job.awaitCompletion(Duration.ofSeconds(25))) {
                    System.out.println(DONE);
                }
            }
        }
    }

    static LogContext context(final Path directory) {
        return new LogContext()
                .directory(directory)
                .segmentLength(64 * 1024)
                .cutIntervalNs(TimeUnit.MILLISECONDS.toNanos(20))
                .clock(() -> TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - CLOCK_OFFSET_NS);
    }

    private static Topology topology() {
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.int64())
                .keyByLong("by-account", number -> number % ACCOUNTS)
                .process("count", Count::new, RESULT)
                .to("out");
        return topology;
    }

    private static void feed(final LogStore store, final int count, final boolean isEnd) {
        final int producerId = store.producerId("feed");
        final ProducerAppender[] producers = new ProducerAppender[PARTITIONS];
        for (int i = 0; i < PARTITIONS; i++) {
            producers[i] = store.topic("in").partition(i).producer(producerId);
        }
        final UnsafeBuffer value = new UnsafeBuffer(new byte[Long.BYTES]);
        for (int i = 0; i < count; i++) {
            final int partition = i % PARTITIONS;
            // Number n is the record n / 2 of partition n % 2.
            final long sequence = producers[partition].lastSequence() + 1;
            final long number = sequence * PARTITIONS + partition;
            value.putLong(0, number);
            append(producers[partition], RecordKind.DATA, TimeUnit.MILLISECONDS.toNanos(number), value, Long.BYTES);
            if (i % PAUSE_EVERY == 0) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
        for (int i = 0; isEnd && i < PARTITIONS; i++) {
            append(producers[i], RecordKind.WATERMARK, Long.MAX_VALUE, value, 0);
        }
    }

    private static void append(
            final ProducerAppender producer,
            final byte kind,
            final long timeNs,
            final UnsafeBuffer value,
            final int length) {
        final long sequence = producer.lastSequence() + 1;
        while (producer.append(sequence, kind, timeNs, null, 0, 0, value, 0, length) == Outcome.BACK_PRESSURED) {
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100));
        }
    }

    /** Counts, adds, and calls back for some numbers. */
    private static final class Count implements Processor<Long, Long, Result> {
        private ValueState<Long> count;
        private ValueState<Long> sum;

        @Override
        public void init(final ProcessorSetup setup) {
            count = setup.valueState("count", Codecs.int64());
            sum = setup.valueState("sum", Codecs.int64());
        }

        @Override
        public void process(final Long number, final ProcessorContext<Long, Result> context) {
            count.set(count.valueOr(0L) + 1);
            sum.set(sum.valueOr(0L) + number);
            if (number % TIMER_EVERY == 0) {
                context.scheduleEventTimer(TimeUnit.MILLISECONDS.toNanos(number) + TIMER_NS);
            }
            context.forward(new Result(context.keyLong(), number, count.value(), sum.value(), context.logTimeNs()));
        }

        @Override
        public void onEventTimer(final long timeNs, final ProcessorContext<Long, Result> context) {
            final long number = TimeUnit.NANOSECONDS.toMillis(timeNs - TIMER_NS);
            context.forward(new Result(context.keyLong(), number, 0, 0, context.logTimeNs()));
        }
    }
}
