package io.millrace.perf.flink;

import java.io.Serial;
import java.io.Serializable;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** Takes every result into the sum of the process, and keeps none. */
final class SumSink<T> implements Sink<T> {
    @Serial
    private static final long serialVersionUID = 1;

    private final Adder<T> adder;

    SumSink(final Adder<T> adder) {
        this.adder = adder;
    }

    @Override
    public SinkWriter<T> createWriter(final WriterInitContext context) {
        return new Writer<>(adder);
    }

    /** Adds a result to the sum of the process. */
    interface Adder<T> extends Serializable {
        void add(T result);
    }

    private record Writer<T>(Adder<T> adder) implements SinkWriter<T> {
        @Override
        public void write(final T result, final Context context) {
            adder.add(result);
        }

        @Override
        public void flush(final boolean isEndOfInput) {
            // Holds nothing back.
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }
}
