package io.millrace.perf.compare;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where the classes of a peer lie whose libraries are not in benchmarks.jar: in a module of its own below {@code perf/peers}. */
final class PeerClassPath {
    private static final String FILE = "peer.classpath";

    private PeerClassPath() {}

    /**
     * What a process that measures the peer has on its class path, behind ours.
     *
     * @param peer name of the module's directory; empty for one whose classes are ours.
     */
    static String of(final String peer) throws IOException {
        return peer.isEmpty() ? "" : of(peersDirectory(), peer);
    }

    static String of(final Path peersDirectory, final String peer) throws IOException {
        final Path target = peersDirectory.resolve(peer).resolve("target");
        final Path file = target.resolve(FILE);
        final Path jar = jar(target, peer);
        if (jar == null || !Files.isRegularFile(file)) {
            throw new PerfException("the classes of " + peer + " are not built: no jar and " + FILE + " in " + target
                    + "; mvn -pl perf/peers/" + peer + " -am package -DskipTests builds them");
        }
        return System.getProperty("path.separator")
                + jar
                + System.getProperty("path.separator")
                + Files.readString(file).strip();
    }

    /** The version that stands in the name of the peer's own jar; empty where none does. */
    static String version(final String peer) {
        try {
            return version(of(peer), peer);
        } catch (final IOException ex) {
            return "";
        }
    }

    static String version(final String classPath, final String peer) {
        final Matcher matcher = Pattern.compile("[/\\\\]" + Pattern.quote(peer) + "-[a-z]+-(\\d+(\\.\\d+)+)\\.jar")
                .matcher(classPath);
        return matcher.find() ? matcher.group(1) : "";
    }

    /** The module's own, which carries its version in its name. */
    private static Path jar(final Path target, final String peer) throws IOException {
        if (!Files.isDirectory(target)) {
            return null;
        }
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(target, "millrace-perf-" + peer + "-*.jar")) {
            for (final Path jar : jars) {
                return jar;
            }
        }
        return null;
    }

    private static Path peersDirectory() {
        return moduleDirectory().resolve("peers");
    }

    /** That of {@code perf}, from {@code perf/target/benchmarks.jar}, or from {@code perf/target/classes} in a test. */
    static Path moduleDirectory() {
        try {
            final Path own = Path.of(PeerClassPath.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return own.getParent().getParent();
        } catch (final URISyntaxException ex) {
            throw new IllegalStateException(ex);
        }
    }
}
