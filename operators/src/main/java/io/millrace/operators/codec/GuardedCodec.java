package io.millrace.operators.codec;

import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Test mode for a codec that lends its values: a value that escapes the call it was given to is caught when it is used.
 *
 * <p>In production all records of a task share one flyweight, and one that was kept shows whatever record came last. Here
 * each record gets a flyweight of its own, over a copy of its bytes; {@link #release} ends its time, and every access from
 * then on throws an {@link IllegalStateException} that names the record. A flyweight that reads through an address of its
 * own instead of through the buffer can not be stopped; it finds its bytes overwritten with {@code 0xDD}.
 *
 * <p>It costs a few objects and a reflective call per field, so it is for tests. What is encoded is the same as without.
 *
 * @param <V> type of the values.
 */
public final class GuardedCodec<V> implements Codec<V>, BorrowGuard {
    private final Codec<V> codec;
    private final Lender lender;
    private final List<GuardedBytes> lent = new ArrayList<>();

    /**
     * Creates a codec in test mode whose values are lent until they are released.
     *
     * @param codec that lends values.
     * @throws IllegalArgumentException if it does not lend them; its values may be kept, and need no guard.
     */
    public GuardedCodec(final Codec<V> codec) {
        this(codec, null);
    }

    /**
     * Creates a codec in test mode whose values an operator lends, one at a time.
     *
     * @param codec  that lends values.
     * @param lender of the operator, that ends each loan; null for values that are lent until they are released.
     * @throws IllegalArgumentException if it does not lend them; its values may be kept, and need no guard.
     */
    public GuardedCodec(final Codec<V> codec, final Lender lender) {
        if (!codec.isBorrowed()) {
            throw new IllegalArgumentException(
                    "codec " + codec.describe() + " lends no values, there is nothing to guard");
        }
        this.codec = codec;
        this.lender = lender;
    }

    @Override
    public Codec<V> forTask() {
        return new GuardedCodec<>(codec.forTask(), lender);
    }

    @Override
    public V decode(final DirectBuffer buffer, final int offset, final int length) {
        final Loan loan = lender == null ? new Loan() : lender.lendResult();
        final GuardedBytes bytes = new GuardedBytes(buffer, offset, length, loan);
        final V value = lent(loan, codec.decodeFresh(bytes.guardedBuffer()));
        bytes.lendAs(value.getClass().getSimpleName());
        if (lender == null) {
            lent.add(bytes);
        }
        return value;
    }

    // A view of other values is moved as well, although what it shows may be no view.
    @SuppressWarnings("unchecked") // What is lent in the place of a view has its type.
    private V lent(final Loan loan, final V value) {
        return value instanceof Lendable view ? (V) view.lent(loan) : value;
    }

    @Override
    public V decodeFresh(final DirectBuffer record) {
        return codec.decodeFresh(record);
    }

    @Override
    public void release(final String topic, final int partition, final long position) {
        final String record = "topic=" + topic + " partition=" + partition + " position=" + position;
        for (int i = 0; i < lent.size(); i++) {
            lent.get(i).release(record);
        }
        lent.clear();
    }

    @Override
    public boolean isBorrowed() {
        return true;
    }

    @Override
    public V copy(final V value) {
        return codec.copy(value);
    }

    @Override
    public int fixedLength() {
        return codec.fixedLength();
    }

    @Override
    public int encodedLength(final V value) {
        return codec.encodedLength(value);
    }

    @Override
    public void encode(final V value, final MutableDirectBuffer buffer, final int offset) {
        codec.encode(value, buffer, offset);
    }

    @Override
    public String describe() {
        return codec.describe();
    }
}
