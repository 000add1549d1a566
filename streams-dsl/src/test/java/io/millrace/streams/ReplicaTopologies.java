package io.millrace.streams;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.operators.keyed.Processor;
import io.millrace.operators.keyed.ProcessorContext;
import io.millrace.operators.keyed.ProcessorSetup;
import io.millrace.operators.keyed.ValueState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Jobs from topic {@code in} to topic {@code out} that die where they are told to: in a function, or while a value is encoded. */
enum ReplicaTopologies {
    /** Some short and some very long values for each record, and dead letters. */
    LONG_VALUES(1) {
        @Override
        void build(final SourceStream<String> in, final MortalFunctions mortal) {
            in.map(text -> mortal.pass(refused(text)), Codecs.string())
                    .onError(ErrorPolicy.deadLetter("letters"))
                    .flatMap((text, out) -> repeat(text).forEach(out), encoding(mortal))
                    .to("out");
        }
    },

    /** An exchange with a table behind it. */
    TABLE(2) {
        @Override
        void build(final SourceStream<String> in, final MortalFunctions mortal) {
            in.keyBy("by-word", Codecs.string(), mortal::pass)
                    .count("words")
                    .toChanges()
                    .map(change -> change.key() + " " + change.value(), encoding(mortal))
                    .to("out");
        }
    },

    /** Two exchanges, the second written by several tasks: the order of their records is for the log to say. */
    EXCHANGES(2) {
        @Override
        boolean isOrdered() {
            return false;
        }

        @Override
        void build(final SourceStream<String> in, final MortalFunctions mortal) {
            in.keyBy("by-word", Codecs.string(), mortal::pass)
                    .count("words")
                    .toChanges()
                    .map(change -> change.key() + " " + change.value(), encoding(mortal))
                    .keyBy("by-count", Codecs.string(), text -> text.substring(text.indexOf(' ')))
                    .count("counts")
                    .toChanges()
                    .map(change -> mortal.pass(change.key() + "=" + change.value()), encoding(mortal))
                    .to("out");
        }
    },

    /** Windows behind an exchange. */
    WINDOWS(2) {
        @Override
        void build(final SourceStream<String> in, final MortalFunctions mortal) {
            in.keyBy("by-word", Codecs.string(), mortal::pass)
                    .window("sessions", Windows.session(Duration.ofNanos(7)))
                    .count()
                    .map(
                            window -> mortal.pass(window.key() + " " + window.startNs() + " " + window.value()),
                            encoding(mortal))
                    .to("out");
        }
    },

    /** A processor with state and timers. */
    TIMERS(1) {
        @Override
        void build(final SourceStream<String> in, final MortalFunctions mortal) {
            in.keyBy("by-word", Codecs.string(), mortal::pass)
                    .process("visits", () -> new Visits(mortal), encoding(mortal))
                    .to("out");
        }
    };

    private static final int LONG = 700;

    private final int partitions;

    ReplicaTopologies(final int partitions) {
        this.partitions = partitions;
    }

    /** Partitions of the input, of which the first has all records. With more than one there are exchanges. */
    final int partitions() {
        return partitions;
    }

    /** Whether each run makes the same records in the same order. */
    boolean isOrdered() {
        return true;
    }

    final Topology topology(final MortalFunctions mortal) {
        final Topology topology = Topology.named("job");
        build(topology.stream("in", Codecs.string()).neverIdle(), mortal);
        return topology;
    }

    abstract void build(SourceStream<String> in, MortalFunctions mortal);

    private static String refused(final String text) {
        if (text.hashCode() % 13 == 0) {
            throw new IllegalArgumentException("unlucky");
        }
        return text;
    }

    private static List<String> repeat(final String text) {
        final List<String> values = new ArrayList<>();
        for (int i = Math.floorMod(text.hashCode(), 4); i > 0; i--) {
            values.add(text.repeat(i % 3 == 0 ? LONG : i));
        }
        return values;
    }

    private static Codec<String> encoding(final MortalFunctions mortal) {
        return new MortalCodec(mortal, Codecs.string());
    }

    /** Dies in the middle of encoding. */
    private record MortalCodec(MortalFunctions mortal, Codec<String> text) implements Codec<String> {
        @Override
        public int encodedLength(final String value) {
            return text.encodedLength(value);
        }

        @Override
        public void encode(final String value, final MutableDirectBuffer buffer, final int offset) {
            text.encode(value, buffer, offset);
            mortal.pass(value);
        }

        @Override
        public String decode(final DirectBuffer buffer, final int offset, final int length) {
            return text.decode(buffer, offset, length);
        }

        @Override
        public String describe() {
            return text.describe();
        }

        @Override
        public Codec<String> forTask() {
            return new MortalCodec(mortal, text.forTask());
        }
    }

    private static final class Visits implements Processor<String, String, String> {
        private final MortalFunctions mortal;
        private ValueState<Long> last;

        Visits(final MortalFunctions mortal) {
            this.mortal = mortal;
        }

        @Override
        public void init(final ProcessorSetup setup) {
            last = setup.valueState("last", Codecs.int64());
        }

        @Override
        public void process(final String text, final ProcessorContext<String, String> context) {
            last.set(context.eventTimeNs());
            context.scheduleEventTimer(context.eventTimeNs() + 5);
        }

        @Override
        public void onEventTimer(final long timeNs, final ProcessorContext<String, String> context) {
            if (last.value() + 5 <= timeNs) {
                context.forward(mortal.pass(context.key() + " until " + last.value()));
            }
        }
    }
}
