package io.millrace.perf.compare;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the figures were taken on. */
final class Machine {
    private Machine() {}

    /** Facts by name, in the order in which they are shown. */
    static Map<String, String> facts(final Path directory) {
        final Map<String, String> facts = new LinkedHashMap<>();
        facts.put("processor", processor() + ", " + Runtime.getRuntime().availableProcessors() + " cores in use");
        facts.put("memory", memory());
        facts.put(
                "system",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
        facts.put(
                "jvm",
                System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version") + " ("
                        + System.getProperty("java.vendor") + ")");
        facts.put("files", fileSystem(directory));
        facts.put(
                "load",
                String.format(
                        java.util.Locale.ROOT,
                        "%.2f in the minute before",
                        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
        return facts;
    }

    /** Prints the facts below a title of their own, as all reports end. */
    static void print(final Map<String, String> facts, final PrintWriter out) {
        out.printf("%non which machine%n");
        facts.forEach((name, value) -> out.printf("  %-10s %s%n", name, value));
    }

    private static String processor() {
        return line("/proc/cpuinfo", "model name", System.getProperty("os.arch"));
    }

    private static String memory() {
        return line("/proc/meminfo", "MemTotal", "unknown");
    }

    private static String line(final String file, final String name, final String other) {
        try {
            return Files.readAllLines(Path.of(file)).stream()
                    .filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(other);
        } catch (final IOException ex) {
            return other;
        }
    }

    private static String fileSystem(final Path directory) {
        try {
            return Files.getFileStore(directory).type();
        } catch (final IOException ex) {
            return "unknown";
        }
    }
}
