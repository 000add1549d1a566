package io.millrace.torture.check;

import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * An output of a topology, and how it is compared.
 *
 * @param name       by which the topology calls it.
 * @param order      in which its records have to be.
 * @param references what makes it, given its name and what was written.
 */
record ReferenceOutput(String name, Order order, BiFunction<String, Iterable<OutputRecord>, Reference> references) {
    /** What is the same in each run. */
    enum Order {
        /** The order of all records that one task has made. */
        TASK,

        /** The order of the records of a key. */
        KEY,

        /** None: each run has the same records, in whatever order. */
        ANY,

        /** The order of the records of a key; but what they hold depends on how two inputs have met, so that two runs may differ. */
        MEETING
    }

    /** An output that a reference makes of the input alone. */
    static ReferenceOutput of(final String name, final Order order, final Supplier<Reference> references) {
        return new ReferenceOutput(name, order, (output, written) -> references.get());
    }

    /** An output in which an order has the rate of the moment when it has met the table. */
    static ReferenceOutput meeting(final String name, final MeetingReference.Kind kind) {
        return new ReferenceOutput(
                name, Order.MEETING, (output, written) -> new MeetingReference(kind, output, written));
    }

    /** An output of a join of tables, whose rows depend on the order in which changes of both have met. */
    static ReferenceOutput relation(final String name, final RelationsReference.Kind kind) {
        return new ReferenceOutput(
                name, Order.MEETING, (output, written) -> new RelationsReference(kind, output, written));
    }
}
