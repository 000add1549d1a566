package io.millrace.streams;

import io.millrace.operators.codec.Codec;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * A text file in UTF-8 whose lines are rows of a table, each under a key of its own. A job never reads it but when it starts:
 * what has changed since is appended to a topic then, and the job reads the topic.
 *
 * <p>What a line means is for a function to say, which may use any library for CSV or JSON.
 *
 * @param <K> type of the keys.
 * @param <V> type of the values.
 */
public final class SideFile<K, V> {
    private final Path path;
    private final Codec<K> keyCodec;
    private final Codec<V> codec;
    private final Function<? super String, ? extends Map.Entry<? extends K, ? extends V>> row;
    private final int headerLines;
    private final boolean isFirst;

    private SideFile(
            final Path path,
            final Codec<K> keyCodec,
            final Codec<V> codec,
            final Function<? super String, ? extends Map.Entry<? extends K, ? extends V>> row,
            final int headerLines,
            final boolean isFirst) {
        this.path = Objects.requireNonNull(path, "a side file needs its path");
        this.keyCodec = Objects.requireNonNull(keyCodec, "a side file needs a codec of its keys");
        this.codec = Objects.requireNonNull(codec, "a side file needs a codec of its values");
        this.row = Objects.requireNonNull(row, "a side file needs a function that makes a row of a line");
        this.headerLines = headerLines;
        this.isFirst = isFirst;
    }

    /**
     * A file of lines.
     *
     * @param path     of the file. It need not be there any more once it was read.
     * @param keyCodec that writes the keys.
     * @param codec    that writes the values.
     * @param row      makes key and value of a line, such as with {@link Map#entry}; null for a line that is no row, such as a
     *                 comment. A line for which it throws keeps the job from starting. Blank lines are not shown to it.
     * @param <K>      type of the keys.
     * @param <V>      type of the values.
     * @return the file, whose rows are there before the job reads anything else.
     */
    public static <K, V> SideFile<K, V> lines(
            final Path path,
            final Codec<K> keyCodec,
            final Codec<V> codec,
            final Function<? super String, ? extends Map.Entry<? extends K, ? extends V>> row) {
        return new SideFile<>(path, keyCodec, codec, row, 0, true);
    }

    /**
     * Leaves out lines at the top.
     *
     * @param lines their number, 0 or more.
     * @return the same file without them.
     */
    public SideFile<K, V> headerLines(final int lines) {
        if (lines < 0) {
            throw new IllegalArgumentException("a file has 0 or more lines at its top, not " + lines);
        }
        return new SideFile<>(path, keyCodec, codec, row, lines, isFirst);
    }

    /**
     * Lets the job read its other sources while it reads the rows: which row is there for which value is settled by the exchange in
     * which they meet, once.
     *
     * @return the same file, for which nothing waits.
     */
    public SideFile<K, V> beside() {
        return new SideFile<>(path, keyCodec, codec, row, headerLines, false);
    }

    Path path() {
        return path;
    }

    Codec<K> keyCodec() {
        return keyCodec;
    }

    Codec<V> codec() {
        return codec;
    }

    int headerLines() {
        return headerLines;
    }

    boolean isFirst() {
        return isFirst;
    }

    Map.Entry<? extends K, ? extends V> row(final String line) {
        return row.apply(line);
    }

    @Override
    public String toString() {
        return "side file " + path;
    }
}
