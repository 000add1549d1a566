package io.millrace.torture.agent;

import io.millrace.log.LogStore;
import io.millrace.streams.Codecs;
import io.millrace.streams.TopicReader;
import io.millrace.streams.TopicRecord;
import io.millrace.torture.agent.AgentJob.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Compares what {@link AgentJob} has written with what it has read. */
final class AgentJobCheck {
    private static final int MAX_DIFFERENCES = 5;

    private final List<String> differences = new ArrayList<>();
    private final Map<Long, Long> counts = new HashMap<>();
    private final Map<Long, Long> sums = new HashMap<>();
    private final Map<Long, Integer> timers = new HashMap<>();
    private final long[] numbers = new long[AgentJob.PARTITIONS];

    private AgentJobCheck() {}

    /** Lists the first differences, none when all is as it should be. */
    static List<String> differences(final Path directory) {
        final AgentJobCheck check = new AgentJobCheck();
        try (LogStore store = LogStore.openReadOnly(AgentJob.context(directory))) {
            try (TopicReader<Long> in = TopicReader.open(store, "in", Codecs.int64())) {
                in.seekToBegin().readAll(check::onNumber);
            }
            try (TopicReader<Result> out = TopicReader.open(store, "out", AgentJob.RESULT)) {
                out.seekToBegin().readAll(check::onResult);
            }
        } catch (final RuntimeException e) {
            check.add("cannot be read: " + e);
        }
        check.atEnd();
        return check.differences;
    }

    private void add(final String difference) {
        if (differences.size() < MAX_DIFFERENCES) {
            differences.add(difference);
        }
    }

    private void onNumber(final TopicRecord<Long> number) {
        final long expected = numbers[number.partition()]++ * AgentJob.PARTITIONS + number.partition();
        if (number.value() != expected) {
            add("input " + expected + " is " + number.value());
        }
    }

    private void onResult(final TopicRecord<Result> record) {
        final Result result = record.value();
        if (result.logTimeNs() > record.logTimeNs()) {
            add("made of the future: " + record);
        }
        if (result.count() == 0) {
            timers.merge(result.number(), 1, Integer::sum);
            return;
        }
        final long count = counts.merge(result.account(), 1L, Long::sum);
        final long number = result.account() + (count - 1) * AgentJob.ACCOUNTS;
        final long sum = sums.merge(result.account(), number, Long::sum);
        if (result.number() != number || result.count() != count || result.sum() != sum) {
            add("expected number=" + number + " count=" + count + " sum=" + sum + " actual=" + result);
        }
    }

    private void atEnd() {
        for (int partition = 0; partition < numbers.length; partition++) {
            for (long i = 0; i < numbers[partition]; i++) {
                final long number = i * AgentJob.PARTITIONS + partition;
                final int expected = number % AgentJob.TIMER_EVERY == 0 ? 1 : 0;
                final int actual = timers.getOrDefault(number, 0);
                if (actual != expected) {
                    add("timers of number " + number + ": expected=" + expected + " actual=" + actual);
                }
            }
        }
        final long all = counts.values().stream().mapToLong(Long::longValue).sum();
        if (all != numbers[0] + numbers[1]) {
            add("results: expected=" + (numbers[0] + numbers[1]) + " actual=" + all);
        }
    }
}
