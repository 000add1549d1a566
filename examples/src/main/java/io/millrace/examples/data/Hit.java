package io.millrace.examples.data;

import io.millrace.operators.codec.Codec;
import io.millrace.streams.Codecs;
import io.millrace.streams.TopicAppender;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request to a web server, from a line of its access log in the combined format.
 *
 * @param timeNs when it came, in ns since the epoch; the log knows seconds.
 * @param client address of the client.
 * @param path   that was asked for, without its query.
 * @param status of the answer, such as 200.
 * @param agent  what the client calls itself.
 */
public record Hit(long timeNs, String client, String path, int status, String agent) {
    /** Writes hits into topics. */
    public static final Codec<Hit> CODEC = Codecs.records(Hit.class);

    private static final Pattern COMBINED = Pattern.compile(
            "(\\S+) \\S+ \\S+ \\[([^]]+)] \"\\S+ ([^ ?\"]+)[^\"]*\" (\\d{3}) (\\d+|-)(?: \"[^\"]*\" \"(.*)\")?.*");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT);

    /**
     * Reads a line.
     *
     * @param line of an access log.
     * @return the hit.
     * @throws IllegalArgumentException if the line is not in the combined format.
     */
    public static Hit parse(final String line) {
        final Matcher fields = COMBINED.matcher(line);
        if (!fields.matches()) {
            throw new IllegalArgumentException("not a line of an access log in the combined format");
        }
        return new Hit(
                timeNs(fields.group(2)),
                fields.group(1),
                fields.group(3),
                Integer.parseInt(fields.group(4)),
                fields.group(6) == null ? "" : fields.group(6));
    }

    /**
     * Appends all hits of some access logs, line by line.
     *
     * @param files to read.
     * @param hits  takes them.
     * @throws io.millrace.log.error.MillraceException CONFIGURATION, with file and line number, if a file or a line cannot be read.
     */
    public static void append(final List<DataFile> files, final TopicAppender<Hit> hits) {
        for (final DataFile file : files) {
            file.forEachLine(line -> {
                final Hit hit = parse(line);
                hits.append(hit.timeNs(), hit);
            });
        }
    }

    private static long timeNs(final String text) {
        try {
            return TimeUnit.SECONDS.toNanos(OffsetDateTime.parse(text, TIME).toEpochSecond());
        } catch (final DateTimeException e) {
            throw new IllegalArgumentException("'" + text + "' is no time such as 17/May/2015:10:05:03 +0000", e);
        }
    }
}
