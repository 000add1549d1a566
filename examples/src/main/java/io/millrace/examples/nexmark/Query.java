package io.millrace.examples.nexmark;

import io.millrace.streams.Stream;
import java.util.function.Function;

/**
 * A query of NEXMark.
 *
 * @param name    such as {@code q5b}.
 * @param summary one line about it.
 * @param columns of its rows.
 * @param isTable whether a later row of a key takes the place of the one before; otherwise each row counts.
 * @param rows    attaches the query to the events and gives its rows; its steps are named after it.
 */
record Query(String name, String summary, String columns, boolean isTable, Function<Events, Stream<String>> rows) {
    static Query of(
            final String name,
            final String summary,
            final String columns,
            final Function<Events, Stream<String>> rows) {
        return new Query(name, summary, columns, false, rows);
    }

    static Query table(
            final String name,
            final String summary,
            final String columns,
            final Function<Events, Stream<String>> rows) {
        return new Query(name, summary, columns, true, rows);
    }
}
