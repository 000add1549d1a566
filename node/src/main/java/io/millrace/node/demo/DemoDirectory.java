package io.millrace.node.demo;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * The directory of one run: the node's store in {@value #STORE_DIRECTORY}, and beside it {@value #PROPERTIES_FILE}, which says
 * over which data the run goes and how far it is. A run that was stopped or killed is resumed by opening the same directory
 * over the same data.
 *
 * <p>The file is written before the store is made, once more before the input is ended early, and once more at the end; each
 * time whole, under another name first. So a crash at any moment leaves a directory that can be resumed.
 */
final class DemoDirectory implements AutoCloseable {
    /** File that makes a directory one of the demo. */
    static final String PROPERTIES_FILE = "demo.properties";

    /** Directory of the node's store below it. */
    static final String STORE_DIRECTORY = "node";

    private static final String DRAFT_FILE = PROPERTIES_FILE + ".tmp";
    private static final String DATA_NAME = "data.name";
    private static final String DATA_CRC = "data.crc32";
    private static final String INPUT_COUNT = "input.count";
    private static final String FINISHED = "finished";

    private final Path path;
    private final boolean isTemporary;
    private final boolean isResumed;
    private final Properties properties;

    private DemoDirectory(
            final Path path, final boolean isTemporary, final boolean isResumed, final Properties properties) {
        this.path = path;
        this.isTemporary = isTemporary;
        this.isResumed = isResumed;
        this.properties = properties;
    }

    /**
     * Opens the directory of a run, making it when it does not exist.
     *
     * @param directory to open, or null for a temporary one.
     * @param data      that the run goes over.
     * @return the directory.
     * @throws MillraceException with {@link ErrorCode#CONFIGURATION} when it holds a finished run, a run over other data or
     *                           anything else, or cannot be made.
     */
    static DemoDirectory open(final Path directory, final TradeFile data) {
        try {
            return directory == null ? temporary(data) : kept(directory, data);
        } catch (final IOException ex) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION,
                    "cannot use directory " + (directory == null ? System.getProperty("java.io.tmpdir") : directory)
                            + ": " + TradeFile.reason(ex),
                    ex);
        }
    }

    private static DemoDirectory temporary(final TradeFile data) throws IOException {
        return create(TemporaryDirectories.create(Path.of(System.getProperty("java.io.tmpdir"))), true, data);
    }

    private static DemoDirectory kept(final Path directory, final TradeFile data) throws IOException {
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw refused(directory, "is not a directory; name a new one");
        }
        Files.createDirectories(directory);
        final Path file = directory.resolve(PROPERTIES_FILE);
        if (Files.exists(file)) {
            return resume(directory, load(file), data);
        }
        try (Stream<Path> entries = Files.list(directory)) {
            // A run that was killed while it wrote the file for the first time left the draft, and nothing else.
            if (entries.anyMatch(entry -> !entry.endsWith(DRAFT_FILE))) {
                throw refused(directory, "is not empty and holds no run of the demo; name a new or an empty one");
            }
        }
        return create(directory, false, data);
    }

    private static DemoDirectory create(final Path directory, final boolean isTemporary, final TradeFile data) {
        final Properties properties = new Properties();
        properties.setProperty(DATA_NAME, data.name());
        properties.setProperty(DATA_CRC, crcOf(data));
        final DemoDirectory created = new DemoDirectory(directory, isTemporary, false, properties);
        created.store();
        return created;
    }

    private static DemoDirectory resume(final Path directory, final Properties properties, final TradeFile data) {
        if (!crcOf(data).equals(properties.getProperty(DATA_CRC))) {
            throw refused(
                    directory,
                    "holds a run over other data (" + properties.getProperty(DATA_NAME)
                            + "); resume it with that data, or name a new directory");
        }
        if (Boolean.parseBoolean(properties.getProperty(FINISHED))) {
            throw refused(directory, "holds a finished run; name a new directory, or delete this one");
        }
        return new DemoDirectory(directory, false, true, properties);
    }

    Path path() {
        return path;
    }

    /** Where the node keeps its store. */
    Path storePath() {
        return path.resolve(STORE_DIRECTORY);
    }

    boolean isTemporary() {
        return isTemporary;
    }

    /** Whether an earlier run over the same data was found. */
    boolean isResumed() {
        return isResumed;
    }

    /**
     * How many trades the run takes: all, unless an earlier run ended the input before that.
     *
     * @param all trades of the file.
     * @return the number.
     */
    int inputCount(final int all) {
        return Math.min(all, Integer.parseInt(properties.getProperty(INPUT_COUNT, Integer.toString(all))));
    }

    /**
     * Notes that the input ends after some trades; to be called before the end is published.
     *
     * @param count trades.
     */
    void endInput(final int count) {
        properties.setProperty(INPUT_COUNT, Integer.toString(count));
        store();
    }

    /** Notes that the run has come to its end, and nothing is left to resume. */
    void finish() {
        properties.setProperty(FINISHED, "true");
        store();
    }

    /** Deletes the directory if it is a temporary one. */
    @Override
    public void close() {
        if (!isTemporary) {
            return;
        }
        try {
            TemporaryDirectories.delete(path);
        } catch (final IOException ex) {
            throw new UncheckedIOException("cannot delete " + path, ex);
        }
    }

    private void store() {
        final Path target = path.resolve(PROPERTIES_FILE);
        final Path draft = path.resolve(DRAFT_FILE);
        try {
            try (OutputStream out = Files.newOutputStream(draft)) {
                properties.store(out, "A run of the Millrace demo");
            }
            Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (final IOException ex) {
            throw new MillraceException(
                    ErrorCode.STORAGE_FAILED, "cannot write " + target + ": " + ex.getMessage(), ex);
        }
    }

    private static Properties load(final Path file) throws IOException {
        final Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(file)) {
            properties.load(in);
        }
        return properties;
    }

    private static String crcOf(final TradeFile data) {
        return Long.toHexString(data.trades().crc());
    }

    private static MillraceException refused(final Path directory, final String reason) {
        return new MillraceException(ErrorCode.CONFIGURATION, "directory " + directory + " " + reason);
    }
}
