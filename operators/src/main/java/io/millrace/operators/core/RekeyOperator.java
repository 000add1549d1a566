package io.millrace.operators.core;

import io.millrace.log.record.RecordDescriptor;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Gives each value a new key. It stands where an exchange would, when a single task would both write and read it.
 *
 * @param <V> type of the values.
 */
public final class RekeyOperator<V> extends Step<V, V> {
    private static final int INITIAL_KEY_CAPACITY = 64;

    private final KeyWriter<? super V> keyWriter;
    private final MutableDirectBuffer key = new ExpandableArrayBuffer(INITIAL_KEY_CAPACITY);

    /**
     * Creates the operator.
     *
     * @param failures  of the step.
     * @param keyWriter that writes the key of a value.
     * @param next      step of the chain.
     */
    public RekeyOperator(
            final FailureHandler failures, final KeyWriter<? super V> keyWriter, final Operator<? super V> next) {
        super(failures, next);
        this.keyWriter = keyWriter;
    }

    @Override
    public void process(final RecordContext context, final V value) {
        final int length;
        try {
            length = write(keyWriter, value, key);
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return;
        }
        final DirectBuffer keyBuffer = context.keyBuffer();
        final int keyOffset = context.keyOffset();
        final int keyLength = context.keyLength();
        context.key(key, 0, length);
        next.process(context, value);
        context.key(keyBuffer, keyOffset, keyLength);
    }

    @Override
    public void prefetch(final RecordContext context, final V value) {
        if (value == null) {
            // The task does not decode such values twice, and without one there is no key.
            return;
        }
        final int length;
        try {
            length = write(keyWriter, value, key);
        } catch (final Exception e) {
            // It fails again, and is dealt with, when its turn comes.
            return;
        }
        context.key(key, 0, length);
        next.prefetch(context, value);
    }

    /**
     * Writes the key of a value and checks its length.
     *
     * @param <V>       type of the values.
     * @param keyWriter that writes the key.
     * @param value     whose key is asked for.
     * @param key       buffer to write into.
     * @return length of the key in bytes.
     * @throws IllegalArgumentException when the key is empty or too long.
     */
    public static <V> int write(final KeyWriter<? super V> keyWriter, final V value, final MutableDirectBuffer key) {
        final int length = keyWriter.write(value, key);
        if (length < 1 || length > RecordDescriptor.MAX_KEY_LENGTH) {
            throw new IllegalArgumentException(
                    "a key is 1 to " + RecordDescriptor.MAX_KEY_LENGTH + " bytes long, this one has " + length);
        }
        return length;
    }
}
