package io.millrace.operators.effect;

import io.millrace.operators.core.RecordContext;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import io.millrace.operators.state.Stateful;
import java.util.Arrays;
import org.agrona.DirectBuffer;

/**
 * The inputs of a task that wait for their replies, in the order of the log. It is state like any other: a function of the
 * records read so far.
 *
 * <p>Inputs and replies lie on the heap, since whoever calls needs them there; their number is bounded by the tasks in front,
 * which stop reading. Used by the task's thread.
 */
final class OutstandingCalls implements Stateful {
    private static final int INITIAL_CAPACITY = 16;

    private final TaskCalls task;

    // Those between first and end, of which some may be done; a position is larger than those before it.
    private Call[] calls = new Call[INITIAL_CAPACITY];
    private int first;
    private int end;
    private int count;
    private long earliestNs = Long.MAX_VALUE;

    OutstandingCalls(final TaskCalls task) {
        this.task = task;
        task.useFirst(this);
    }

    /** Says that the operator of these goes on. */
    void use() {
        task.use(this);
    }

    void showAll() {
        for (int i = first; i < end; i++) {
            if (calls[i].isWaiting() && !calls[i].isDone()) {
                task.show(calls[i]);
            }
        }
    }

    int size() {
        return count;
    }

    long earliestNs() {
        return earliestNs;
    }

    /** Takes the input record that the context stands on. */
    void add(final RecordContext context) {
        final int keyLength = context.recordKeyLength();
        final byte[] record = new byte[keyLength + context.valueLength()];
        if (keyLength > 0) {
            context.recordBuffer().getBytes(context.recordKeyOffset(), record, 0, keyLength);
        }
        context.recordBuffer().getBytes(context.valueOffset(), record, keyLength, context.valueLength());
        final Call call = new Call(context.position(), context.recordEventTimeNs(), keyLength, record);
        append(call);
        task.show(call);
    }

    private void append(final Call call) {
        if (end == calls.length) {
            compact();
        }
        calls[end++] = call;
        earliestNs = Math.min(earliestNs, call.eventTimeNs());
        count++;
        task.changed(this);
    }

    // What is done in the middle goes as well; only where that does not help, there are more.
    private void compact() {
        int kept = 0;
        for (int i = first; i < end; i++) {
            if (!calls[i].isDone()) {
                calls[kept++] = calls[i];
            }
        }
        Arrays.fill(calls, kept, end, null);
        first = 0;
        end = kept;
        if (kept > calls.length / 2) {
            calls = Arrays.copyOf(calls, 2 * calls.length);
        }
    }

    /** Finds the input that a reply belongs to; null when it has its result already, or its reply. */
    Call waiting(final long position) {
        int low = first;
        int high = end - 1;
        while (low <= high) {
            final int middle = (low + high) >>> 1;
            final long found = calls[middle].position();
            if (found == position) {
                return calls[middle].isWaiting() && !calls[middle].isDone() ? calls[middle] : null;
            }
            if (found < position) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return null;
    }

    /** The first one in the order of the log; null when there are none. */
    Call first() {
        return first == end ? null : calls[first];
    }

    /** Forgets an input that has its result. */
    void remove(final Call call) {
        call.done();
        count--;
        task.changed(this);
        while (first < end && calls[first].isDone()) {
            calls[first++] = null;
        }
        if (call.eventTimeNs() == earliestNs) {
            earliestNs = Long.MAX_VALUE;
            for (int i = first; i < end; i++) {
                if (!calls[i].isDone()) {
                    earliestNs = Math.min(earliestNs, calls[i].eventTimeNs());
                }
            }
        }
    }

    @Override
    public void snapshot(final StateWriter out) {
        out.writeInt(count);
        for (int i = first; i < end; i++) {
            if (!calls[i].isDone()) {
                write(calls[i], out);
            }
        }
    }

    private static void write(final Call call, final StateWriter out) {
        out.writeLong(call.position());
        out.writeLong(call.eventTimeNs());
        out.writeInt(call.keyLength());
        write(call.record(), out);
        out.writeInt(call.outcome());
        if (!call.isWaiting()) {
            write(call.reply(), out);
        }
    }

    private static void write(final DirectBuffer bytes, final StateWriter out) {
        out.writeBytes(bytes, 0, bytes.capacity());
    }

    @Override
    public void restore(final StateReader in) {
        Arrays.fill(calls, null);
        first = 0;
        end = 0;
        count = 0;
        earliestNs = Long.MAX_VALUE;
        final int restored = in.readInt();
        for (int i = 0; i < restored; i++) {
            append(read(in));
        }
        task.changed(this);
    }

    private static Call read(final StateReader in) {
        final long position = in.readLong();
        final long eventTimeNs = in.readLong();
        final int keyLength = in.readInt();
        final int record = in.readBytes();
        final byte[] bytes = new byte[in.bytesLength()];
        in.buffer().getBytes(record, bytes);
        in.check(keyLength >= 0 && keyLength < bytes.length, "not an input that waits for a reply");
        final Call call = new Call(position, eventTimeNs, keyLength, bytes);
        final int outcome = in.readInt();
        if (outcome != CallRecord.REQUEST) {
            final int reply = in.readBytes();
            call.hold((byte) outcome, in.buffer(), reply, in.bytesLength());
        }
        return call;
    }
}
