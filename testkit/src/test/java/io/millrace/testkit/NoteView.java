package io.millrace.testkit;

import io.millrace.operators.codec.Codec;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** A number in the log, seen through a flyweight. */
final class NoteView {
    private DirectBuffer buffer;
    private int offset;

    private NoteView wrap(final DirectBuffer newBuffer, final int newOffset) {
        buffer = newBuffer;
        offset = newOffset;
        return this;
    }

    long number() {
        return buffer.getLong(offset);
    }

    /** Lends the same view for each record. */
    static final class ViewCodec implements Codec<NoteView> {
        private final NoteView view = new NoteView();

        @Override
        public Codec<NoteView> forTask() {
            return new ViewCodec();
        }

        @Override
        public NoteView decode(final DirectBuffer buffer, final int offset, final int length) {
            return view.wrap(buffer, offset);
        }

        @Override
        public boolean isBorrowed() {
            return true;
        }

        @Override
        public int encodedLength(final NoteView value) {
            return Long.BYTES;
        }

        @Override
        public void encode(final NoteView value, final MutableDirectBuffer buffer, final int offset) {
            buffer.putLong(offset, value.number());
        }

        @Override
        public String describe() {
            return "note";
        }
    }
}
