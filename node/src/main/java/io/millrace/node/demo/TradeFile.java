package io.millrace.node.demo;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.GZIPInputStream;

/**
 * A file of trades in the CSV format of {@code docs/data-format.md}, plain or gzip: the trades of its good lines, and one
 * {@link Rejection} for each line that is not good.
 *
 * <p>Every line is parsed for itself, so that a quote that is not closed costs its own line and no other.
 */
final class TradeFile {
    /** The file that the demo replays when it is given none. */
    static final String BUNDLED = "binance-spot-20240808.csv.gz";

    /** Rejected lines that are kept, and reported one by one; the rest is only counted. */
    static final int MAX_KEPT_REJECTIONS = 20;

    /** Longest line, in characters. */
    static final int MAX_LINE_LENGTH = 1 << 16;

    private static final int GZIP_MAGIC = 0x1f8b;
    private static final char BYTE_ORDER_MARK = '\ufeff';

    private final String name;
    private final Trades trades;
    private final List<Rejection> rejections;
    private final long rejectedCount;

    private TradeFile(
            final String name, final Trades trades, final List<Rejection> rejections, final long rejectedCount) {
        this.name = name;
        this.trades = trades;
        this.rejections = List.copyOf(rejections);
        this.rejectedCount = rejectedCount;
    }

    /**
     * A line that is not a trade.
     *
     * @param line   number of the line, from 1.
     * @param reason what is wrong, naming the column, the text and what is allowed.
     */
    record Rejection(long line, String reason) {}

    /**
     * Reads the trades that come with the program.
     *
     * @return the file.
     */
    static TradeFile bundled() {
        try (InputStream in = TradeFile.class.getResourceAsStream(BUNDLED)) {
            if (in == null) {
                throw new MillraceException(
                        ErrorCode.INTERNAL, "the jar does not hold " + BUNDLED + "; build it again");
            }
            return read(BUNDLED, in);
        } catch (final IOException ex) {
            throw new MillraceException(ErrorCode.INTERNAL, "cannot read " + BUNDLED + ": " + reason(ex), ex);
        }
    }

    /**
     * Reads a file.
     *
     * @param path of the file.
     * @return the file.
     * @throws MillraceException with {@link ErrorCode#CONFIGURATION} when it cannot be read, has no usable header or holds no
     *                           line at all beside the header.
     */
    static TradeFile read(final Path path) {
        if (Files.isDirectory(path)) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION, "cannot read " + path + ": it is a directory, not a CSV file");
        }
        try (InputStream in = open(path)) {
            return read(path.toString(), in);
        } catch (final IOException ex) {
            throw new MillraceException(ErrorCode.CONFIGURATION, "cannot read " + path + ": " + reason(ex), ex);
        }
    }

    /** A stream over a channel asks for its position, which a pipe does not have. */
    private static InputStream open(final Path path) throws IOException {
        return Files.exists(path) && !Files.isRegularFile(path) && Files.isReadable(path)
                ? new FileInputStream(path.toFile())
                : Files.newInputStream(path);
    }

    /**
     * Reads trades from a stream of bytes to its end.
     *
     * @param name under which errors speak of it.
     * @param raw  bytes, plain or gzip.
     * @return the file.
     * @throws IOException       when the stream cannot be read.
     * @throws MillraceException with {@link ErrorCode#CONFIGURATION} as {@link #read(Path)}.
     */
    static TradeFile read(final String name, final InputStream raw) throws IOException {
        final CheckedInputStream content = new CheckedInputStream(decompressed(raw), new CRC32());
        final BufferedReader reader =
                new BufferedReader(new InputStreamReader(content, StandardCharsets.UTF_8), 1 << 16);
        final String header = reader.readLine();
        if (header == null) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION,
                    name + " is empty; expected a header line such as " + TradeColumns.EXAMPLE);
        }

        if (header.length() > MAX_LINE_LENGTH) {
            throw new MillraceException(ErrorCode.CONFIGURATION, name + ":1: " + tooLong(header));
        }
        final String firstLine = withoutByteOrderMark(header);
        final TradeColumns columns = TradeColumns.parse(name, firstLine, fields(firstLine));
        final Trades.Builder trades = new Trades.Builder();
        final TradeLineParser parser = new TradeLineParser(columns, trades);
        final List<Rejection> rejections = new ArrayList<>();
        long rejectedCount = 0;
        long line = 1;
        for (String text = reader.readLine(); text != null; text = reader.readLine()) {
            line++;
            if (text.isBlank()) {
                continue;
            }
            final String reason = text.length() > MAX_LINE_LENGTH ? tooLong(text) : parser.parse(line, fields(text));
            if (reason != null && ++rejectedCount <= MAX_KEPT_REJECTIONS) {
                rejections.add(new Rejection(line, reason));
            }
        }
        return new TradeFile(name, trades.build(content.getChecksum().getValue()), rejections, rejectedCount);
    }

    /** How errors name the file: its path as the user wrote it. */
    String name() {
        return name;
    }

    Trades trades() {
        return trades;
    }

    /** The first {@value #MAX_KEPT_REJECTIONS} lines that are not trades. */
    List<Rejection> rejections() {
        return rejections;
    }

    long rejectedCount() {
        return rejectedCount;
    }

    /** One line of text for each kept rejection, and one for the rest; empty when all lines are good. */
    List<String> rejectionReport() {
        final List<String> report = new ArrayList<>();
        for (final Rejection rejection : rejections) {
            report.add(name + ":" + rejection.line() + ": " + rejection.reason());
        }
        final long rest = rejectedCount - rejections.size();
        if (rest > 0) {
            report.add(name + ": and " + rest + (rest == 1 ? " more line that is" : " more lines that are")
                    + " not a trade");
        }
        return report;
    }

    private static String tooLong(final String line) {
        return "the line is " + Progress.number(line.length()) + " characters long; allowed: "
                + Progress.number(MAX_LINE_LENGTH);
    }

    /** The fields of one line; null when its quotes do not match. */
    private static List<String> fields(final String line) {
        try {
            final CsvRecord record =
                    CsvReader.builder().allowUnclosedQuote(false).ofSingleCsvRecord(line);
            return record.getFields();
        } catch (final CsvParseException ex) {
            return null;
        }
    }

    private static String withoutByteOrderMark(final String header) {
        return !header.isEmpty() && header.charAt(0) == BYTE_ORDER_MARK ? header.substring(1) : header;
    }

    private static InputStream decompressed(final InputStream raw) throws IOException {
        final BufferedInputStream in = new BufferedInputStream(raw, 1 << 16);
        in.mark(2);
        final int magic = in.read() << 8 | in.read();
        in.reset();
        return magic == GZIP_MAGIC ? new GZIPInputStream(in, 1 << 16) : in;
    }

    /** What went wrong, in a few words for the user. */
    static String reason(final IOException ex) {
        if (ex instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        if (ex instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (ex instanceof EOFException) {
            return "the gzip file ends too early";
        }
        return ex.getMessage() == null ? ex.getClass().getSimpleName() : ex.getMessage();
    }
}
