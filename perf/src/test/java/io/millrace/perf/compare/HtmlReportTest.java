package io.millrace.perf.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the pages look is for the eye; this is about what they are put together from. */
final class HtmlReportTest {
    @ParameterizedTest
    @ValueSource(strings = {"report.html", "scale.html", "profile.html"})
    void shouldPutTheSharedScriptsAndTheDataIntoEachPage(final String page) throws IOException {
        final String html = HtmlReport.of(page, Map.of("date", "</script>"));

        assertThat(html)
                .containsOnlyOnce("function element(")
                .containsOnlyOnce("function addRow(")
                .contains("Chart.js v", "\\u003c/script>")
                .doesNotContain("/*ELEMENTS*/", "/*CHART*/", "/*DATA*/");
    }
}
