package io.millrace.node.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.Properties;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code millrace version}. */
@Command(
        name = "version",
        description = "Print the version of Millrace and of the Java that runs it.",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        versionProvider = VersionCommand.Provider.class)
final class VersionCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        final PrintWriter out = spec.commandLine().getOut();
        new Provider().getVersion()[0].lines().forEach(out::println);
        out.flush();
    }

    /** Reads the version that the build wrote into the jar. */
    static final class Provider implements IVersionProvider {
        @Override
        public String[] getVersion() {
            final Properties build = new Properties();
            try (InputStream in = VersionCommand.class.getResourceAsStream("build.properties")) {
                if (in != null) {
                    build.load(in);
                }
            } catch (final IOException ex) {
                build.clear();
            }
            return new String[] {
                "millrace " + build.getProperty("version", "unknown") + " (Java " + Runtime.version() + ")"
            };
        }
    }
}
