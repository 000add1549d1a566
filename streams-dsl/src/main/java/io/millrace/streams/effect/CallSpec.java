package io.millrace.streams.effect;

import io.millrace.operators.codec.Codec;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * What a step calls, and how.
 *
 * @param step       name of the step, for messages.
 * @param function   that calls the outside.
 * @param orElse     makes a reply where there is none; null for none.
 * @param settings   of the calls.
 * @param inputCodec that reads the inputs.
 * @param replyCodec that writes the replies.
 * @param <V>        type of the inputs.
 * @param <R>        type of the replies.
 */
public record CallSpec<V, R>(
        String step,
        Function<? super V, ? extends CompletionStage<? extends R>> function,
        BiFunction<? super V, ? super Throwable, ? extends R> orElse,
        CallSettings settings,
        Codec<V> inputCodec,
        Codec<R> replyCodec) {}
