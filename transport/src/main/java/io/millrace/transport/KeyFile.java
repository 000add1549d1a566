package io.millrace.transport;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.error.OneLine;
import io.millrace.log.storage.AtomicFiles;
import io.millrace.log.storage.FileStorage;
import io.millrace.transport.protocol.LoginProof;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Principals and their keys: a node has one with all of them, a client one with its own. Immutable.
 *
 * <pre>
 *   # millrace keys: principal, space, key in 64 hexadecimal digits
 *   alice 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
 * </pre>
 *
 * Empty lines and lines that begin with a hash are skipped. A file that anybody but its owner may read or change is refused.
 */
public final class KeyFile {
    private static final String HEADER = "# millrace keys: principal, space, key in 64 hexadecimal digits";
    private static final Pattern PRINCIPAL = Pattern.compile("[A-Za-z0-9._@-]{1,100}");
    private static final long MAX_LENGTH = 1024 * 1024;
    private static final Set<PosixFilePermission> OWNER =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private final Map<String, byte[]> keys;

    private KeyFile(final Map<String, byte[]> keys) {
        this.keys = keys;
    }

    /**
     * Reads a file.
     *
     * @param file to read
     * @return what is in it, one principal at least
     * @throws MillraceException CONFIGURATION, in one line and without a key in it, when there is no such file, others may read
     *                           it, or a line is not as above
     */
    public static KeyFile read(final Path file) {
        final Map<String, byte[]> keys = parse(file, lines(file));
        if (keys.isEmpty()) {
            throw problem(file, "it has no principal; add one with `millrace keys add NAME`");
        }
        return new KeyFile(keys);
    }

    /**
     * Adds a principal with a new key, and makes the file if it is not there. The file is replaced as a whole.
     *
     * @param file      to add to
     * @param principal 1 to 100 letters, digits, '.', '_', '@' or '-'
     * @return the line that a client's own file is to have
     * @throws MillraceException CONFIGURATION when the name cannot be used or is there already, or as {@link #read} does;
     *                           STORAGE_FAILED
     */
    public static String add(final Path file, final String principal) {
        if (!PRINCIPAL.matcher(principal).matches()) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION,
                    "a principal is 1 to 100 letters, digits, '.', '_', '@' or '-': " + OneLine.of(principal));
        }
        final byte[] key = new byte[LoginProof.KEY_LENGTH];
        new SecureRandom().nextBytes(key);
        final String line = principal + ' ' + HexFormat.of().formatHex(key);
        addLine(file, line);
        return line;
    }

    /**
     * Adds a line that {@link #add} gave to another file, such as that of the client; makes the file if it is not there, for its owner
     * alone.
     *
     * @param file to add to
     * @param line principal, space and key
     * @throws MillraceException CONFIGURATION when it is no such line, or the file has a key of the principal; STORAGE_FAILED
     */
    public static void addLine(final Path file, final String line) {
        final String principal = parse(file, List.of(line)).keySet().iterator().next();
        final List<String> lines = Files.exists(file) ? lines(file) : List.of(HEADER);
        if (parse(file, lines).containsKey(principal)) {
            throw problem(file, "it has a key for " + principal + " already; remove that line first");
        }
        final String text = String.join("\n", lines) + '\n' + line + '\n';
        try {
            // Made for its owner alone from the first byte on.
            AtomicFiles.write(new FileStorage(), file, text.getBytes(StandardCharsets.UTF_8));
        } catch (final IOException ex) {
            throw new MillraceException(
                    ErrorCode.STORAGE_FAILED, "cannot write keys: file=" + file + " cause=" + ex, ex);
        }
    }

    /**
     * Finds a key.
     *
     * @param principal any text
     * @return a copy of the key, null when the principal is not known
     */
    public byte[] key(final String principal) {
        final byte[] key = keys.get(principal);
        return key == null ? null : key.clone();
    }

    /**
     * Lists the principals.
     *
     * @return names, sorted
     */
    public List<String> principals() {
        return List.copyOf(keys.keySet());
    }

    private static List<String> lines(final Path file) {
        try {
            checkPrivate(file);
            if (Files.size(file) > MAX_LENGTH) {
                throw problem(file, "it is longer than " + MAX_LENGTH + " bytes");
            }
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (final NoSuchFileException ex) {
            throw problem(file, "there is no such file; make one with `millrace keys add NAME`");
        } catch (final CharacterCodingException ex) {
            throw problem(file, "it is no text in UTF-8");
        } catch (final IOException ex) {
            throw problem(file, ex.toString());
        }
    }

    private static void checkPrivate(final Path file) throws IOException {
        if (!Files.isRegularFile(file) && Files.exists(file)) {
            throw problem(file, "it is not a file");
        }
        final PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view != null && !OWNER.containsAll(view.readAttributes().permissions())) {
            throw problem(
                    file, "others than its owner may use it; run `chmod 600` on it, and make new keys if they did");
        }
    }

    private static Map<String, byte[]> parse(final Path file, final List<String> lines) {
        final Map<String, byte[]> keys = new TreeMap<>();
        for (int i = 0; i < lines.size(); i++) {
            final String line = lines.get(i).strip();
            if (!line.isEmpty() && line.charAt(0) != '#') {
                // What is wrong is not repeated: it may be a key.
                final String[] words = line.split("\\s+");
                if (words.length != 2
                        || !PRINCIPAL.matcher(words[0]).matches()
                        || !words[1].matches("[0-9a-fA-F]{" + 2 * LoginProof.KEY_LENGTH + '}')) {
                    throw problem(
                            file,
                            "line " + (i + 1) + " is not a principal, a space and a key of " + 2 * LoginProof.KEY_LENGTH
                                    + " hexadecimal digits");
                }
                if (keys.put(words[0], HexFormat.of().parseHex(words[1])) != null) {
                    throw problem(file, "line " + (i + 1) + " has a principal that an earlier line has");
                }
            }
        }
        return keys;
    }

    private static MillraceException problem(final Path file, final String what) {
        return new MillraceException(ErrorCode.CONFIGURATION, "keys cannot be used: file=" + file + ": " + what);
    }

    @Override
    public String toString() {
        return "KeyFile{principals=" + keys.keySet() + '}';
    }
}
