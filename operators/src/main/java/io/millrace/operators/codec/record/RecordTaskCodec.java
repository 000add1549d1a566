package io.millrace.operators.codec.record;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.millrace.log.error.MillraceException;
import io.millrace.operators.codec.Codec;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Reads and writes the values of one record class in one task.
 *
 * <p>Each record class gets a {@linkplain HiddenCopy hidden copy} of this class, in which the handles are constants: the
 * compiler sees through them, and no profile is shared with other records. The class itself is the slower way for where
 * no copy can be made: its handles come from a field.
 */
final class RecordTaskCodec<T extends Record> implements Codec<T> {
    private static final RecordLayout OF_COPY = ofCopy(MethodHandles.lookup());
    private static final MethodHandle WRITER = OF_COPY == null ? null : OF_COPY.writer();
    private static final MethodHandle LENGTH = OF_COPY == null ? null : OF_COPY.length();
    private static final MethodHandle READER = OF_COPY == null ? null : OF_COPY.reader();

    private final RecordLayout layout;
    private final int fingerprint;
    private final int headLength;
    private final boolean isVariable;
    private final Cursor cursor = new Cursor();

    // What encodedLength() measured last, so that encode() need not measure it again.
    private T measured;
    private int measuredLength;

    RecordTaskCodec(final RecordLayout layout) {
        this.layout = layout;
        this.fingerprint = layout.fingerprint();
        this.headLength = layout.headLength();
        this.isVariable = layout.isVariable();
    }

    private static RecordLayout ofCopy(final Lookup lookup) {
        try {
            return MethodHandles.classData(lookup, ConstantDescs.DEFAULT_NAME, RecordLayout.class);
        } catch (final IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public Codec<T> forTask() {
        return new RecordTaskCodec<>(layout);
    }

    @Override
    public int fixedLength() {
        return isVariable ? VARIABLE_LENGTH : headLength;
    }

    @Override
    public int encodedLength(final T value) {
        if (!isVariable) {
            return headLength;
        }
        measuredLength = RecordShape.sum(headLength, variableLength(value));
        measured = value;
        return measuredLength;
    }

    @Override
    public void encode(final T value, final MutableDirectBuffer buffer, final int offset) {
        buffer.putInt(offset, fingerprint, LITTLE_ENDIAN);
        if (isVariable) {
            cursor.reset(offset + headLength, offset + measuredLength(value));
            write(value, buffer, offset + RecordLayout.FINGERPRINT_LENGTH);
            checkFilled();
        } else {
            write(value, buffer, offset + RecordLayout.FINGERPRINT_LENGTH);
        }
    }

    @SuppressWarnings("ReferenceEquality")
    private int measuredLength(final T value) {
        final int length = value == measured ? measuredLength : encodedLength(value);
        measured = null;
        return length;
    }

    private void checkFilled() {
        if (cursor.remaining() != 0) {
            throw new IllegalStateException(
                    "a value changed while it was written: " + cursor.remaining() + " bytes less than were measured");
        }
    }

    @Override
    @SuppressWarnings("unchecked")
    public T decode(final DirectBuffer buffer, final int offset, final int length) {
        checkHead(buffer, offset, length);
        if (!isVariable) {
            return (T) read(buffer, offset + RecordLayout.FINGERPRINT_LENGTH);
        }
        cursor.reset(offset + headLength, offset + length);
        final T value = (T) read(buffer, offset + RecordLayout.FINGERPRINT_LENGTH);
        if (cursor.remaining() != 0) {
            throw malformed("has " + cursor.remaining() + " bytes behind its last component", null);
        }
        return value;
    }

    private void checkHead(final DirectBuffer buffer, final int offset, final int length) {
        if (length < RecordLayout.FINGERPRINT_LENGTH) {
            throw malformed("is " + length + " bytes long, shorter than its fingerprint", null);
        }
        final int found = buffer.getInt(offset, LITTLE_ENDIAN);
        if (found != fingerprint) {
            throw malformed(
                    "is of another shape: its bytes begin with 0x" + Integer.toHexString(found) + ", expected 0x"
                            + Integer.toHexString(fingerprint) + " for " + layout.signature(),
                    null);
        }
        if (isVariable ? length < headLength : length != headLength) {
            throw malformed(
                    "is " + length + " bytes long, expected " + (isVariable ? "at least " : "") + headLength, null);
        }
    }

    @Override
    public String describe() {
        return "record " + layout.name();
    }

    private void write(final Record value, final MutableDirectBuffer buffer, final int index) {
        try {
            if (OF_COPY == null) {
                layout.writer().invokeExact(buffer, index, cursor, value);
            } else {
                WRITER.invokeExact(buffer, index, cursor, value);
            }
        } catch (final Throwable e) {
            throw unchecked(e);
        }
    }

    private int variableLength(final Record value) {
        try {
            return OF_COPY == null ? (int) layout.length().invokeExact(value) : (int) LENGTH.invokeExact(value);
        } catch (final Throwable e) {
            throw unchecked(e);
        }
    }

    private Record read(final DirectBuffer buffer, final int index) {
        try {
            return OF_COPY == null
                    ? (Record) layout.reader().invokeExact(buffer, index, cursor)
                    : (Record) READER.invokeExact(buffer, index, cursor);
        } catch (final MillraceException e) {
            throw e;
        } catch (final Exception e) {
            // The lengths were checked: what fails now is a constructor that does not take what the bytes say.
            throw malformed("is refused by a constructor: " + e, e);
        } catch (final Throwable e) {
            throw unchecked(e);
        }
    }

    private MillraceException malformed(final String what, final Exception cause) {
        return Refusal.malformed(describe(), what, cause);
    }

    // Accessors and canonical constructors declare no checked exceptions; the signature of a handle does.
    private static RuntimeException unchecked(final Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException exception ? exception : new IllegalStateException(thrown);
    }
}
