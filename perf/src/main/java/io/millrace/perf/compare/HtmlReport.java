package io.millrace.perf.compare;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import tools.jackson.jr.ob.JSON;

/**
 * Makes one file of a report that needs nothing but a browser: the page, its data, what all pages make their tables with and the library that
 * draws the charts.
 */
final class HtmlReport {
    private static final String WEBJAR = "/META-INF/maven/org.webjars.npm/chart.js/pom.properties";
    private static final String LIBRARY = "/META-INF/resources/webjars/chart.js/%s/dist/chart.umd.js";

    private HtmlReport() {}

    /**
     * The page.
     *
     * @param report as {@link StreamReport#toMap} gives it.
     */
    static String of(final Map<String, Object> report) throws IOException {
        return of("report.html", report);
    }

    /**
     * The same with another page.
     *
     * @param page   beside this class, with the places for the scripts and the data marked.
     * @param report what it shows.
     */
    static String of(final String page, final Map<String, Object> report) throws IOException {
        final String data = JSON.std.asString(report).replace("<", "\\u003c"); // nothing in it ends the script
        return text(page)
                .replace("/*ELEMENTS*/", text("elements.js"))
                .replace("/*CHART*/", library())
                .replace("/*DATA*/", data);
    }

    private static String library() throws IOException {
        final Properties properties = new Properties();
        try (InputStream in = open(WEBJAR)) {
            properties.load(in);
        }
        return text(String.format(LIBRARY, properties.getProperty("version")))
                .replaceAll("(?m)^//# sourceMappingURL=.*$", "");
    }

    private static String text(final String resource) throws IOException {
        try (InputStream in = open(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static InputStream open(final String resource) {
        final InputStream in = HtmlReport.class.getResourceAsStream(resource);
        if (in == null) {
            throw new PerfException("no " + resource + " on the class path");
        }
        return in;
    }
}
