package io.millrace.perf.compare.contender;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Finds the version that Maven wrote into a jar. */
final class MavenProperties {
    private MavenProperties() {}

    /** The version, or "from sources" where classes do not come from a jar. */
    static String version(final Class<?> type, final String groupId, final String artifactId) {
        final String resource = "/META-INF/maven/" + groupId + "/" + artifactId + "/pom.properties";
        try (InputStream in = type.getResourceAsStream(resource)) {
            if (in == null) {
                return "from sources";
            }
            final Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version", "unknown");
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }
}
