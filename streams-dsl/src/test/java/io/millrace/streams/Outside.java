package io.millrace.streams;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * A service that a test answers for: each call is noted, and its reply is another one each time, as that of a service would be.
 */
final class Outside implements Function<String, CompletionStage<String>> {
    private final List<Asked> open = new ArrayList<>();
    private final Map<String, Integer> calls = new HashMap<>();
    private final String name;
    private int count;
    private int most;

    record Asked(String value, int number, CompletableFuture<String> answer) {}

    Outside() {
        this("");
    }

    /** Its replies bear its name. */
    Outside(final String name) {
        this.name = name;
    }

    @Override
    public synchronized CompletionStage<String> apply(final String value) {
        calls.merge(value, 1, Integer::sum);
        final Asked asked = new Asked(value, ++count, new CompletableFuture<>());
        open.removeIf(each -> each.answer().isDone());
        open.add(asked);
        most = Math.max(most, open.size());
        return asked.answer();
    }

    /** How often it was called. */
    synchronized int count() {
        return count;
    }

    /** How often it was called with a value. */
    synchronized int calls(final String value) {
        return calls.getOrDefault(value, 0);
    }

    /** With which values it was called. */
    synchronized Map<String, Integer> calls() {
        return Collections.unmodifiableMap(new HashMap<>(calls));
    }

    /** How many calls were open at once, at most. */
    synchronized int most() {
        return most;
    }

    /** What waits for an answer. */
    synchronized List<String> open() {
        open.removeIf(each -> each.answer().isDone());
        return open.stream().map(Asked::value).toList();
    }

    synchronized void answer(final String value) {
        take(value).answer().complete(reply(value, calls.get(value)));
    }

    synchronized void fail(final String value, final Exception cause) {
        take(value).answer().completeExceptionally(cause);
    }

    /** Answers, fails or forgets one of those that wait. */
    synchronized void answerOne(final SplittableRandom random) {
        open.removeIf(each -> each.answer().isDone());
        if (open.isEmpty()) {
            return;
        }
        final Asked asked = open.remove(random.nextInt(open.size()));
        switch (random.nextInt(8)) {
            case 0 -> asked.answer().completeExceptionally(new IllegalStateException("busy"));
            case 1 -> {
                // It never answers.
            }
            default -> asked.answer().complete(reply(asked.value(), asked.number()));
        }
    }

    private Asked take(final String value) {
        for (final Asked asked : open) {
            if (asked.value().equals(value) && !asked.answer().isDone()) {
                open.remove(asked);
                return asked;
            }
        }
        throw new AssertionError(value + " is not asked for; open is " + open);
    }

    private String reply(final String value, final int number) {
        return value + ":" + name + number;
    }
}
