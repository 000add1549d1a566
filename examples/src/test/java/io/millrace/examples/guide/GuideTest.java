package io.millrace.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the pages of the guide together: their links, their code, and the tests that they name. */
class GuideTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]*)(?:#([^)]*))?\\)");
    private static final Pattern NAMED_TEST = Pattern.compile("`([A-Z][A-Za-z]*Test)\\.(should[A-Za-z0-9]+)`");

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.list(GuidePage.DIRECTORY)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void shouldListEveryPageInItsContents() throws IOException {
        final String contents = GuidePage.of("README.md").text();

        assertThat(pages())
                .hasSizeGreaterThan(12)
                .allSatisfy(page -> assertThat(contents)
                        .contains(page.endsWith("README.md") ? "# The guide" : "(" + page.getFileName() + ")"));
    }

    @Test
    void shouldHaveNoBrokenLink() throws IOException {
        final List<String> broken = new ArrayList<>();
        for (final Path page : pages()) {
            final Matcher link = LINK.matcher(Files.readString(page));
            while (link.find()) {
                final Path target =
                        link.group(1).isEmpty() ? page : page.getParent().resolve(link.group(1));
                if (!Files.exists(target)
                        || link.group(2) != null && !headings(target).contains(link.group(2))) {
                    broken.add(page.getFileName() + ": " + link.group());
                }
            }
        }

        assertThat(broken).isEmpty();
    }

    private static List<String> headings(final Path page) throws IOException {
        return Files.readAllLines(page).stream()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9 -]", "")
                        .replace(' ', '-'))
                .toList();
    }

    @Test
    void shouldCompileTheCodeOfEachPageInATestOfItsName() throws IOException {
        for (final Path page : pages()) {
            final String name = page.getFileName().toString();
            if (!GuidePage.of(name).blocks("java").isEmpty()) {
                final StringBuilder test = new StringBuilder();
                for (final String word : name.replace(".md", "").split("-")) {
                    test.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
                }
                final Path source = GuidePage.TESTS.resolve(test + "PageTest.java");
                assertThat(source).exists().content().contains("\"" + name + "\"");
            }
        }
    }

    @Test
    void shouldNameTestsThatExist() throws IOException {
        final Map<String, String> sources = testSources();
        final TreeSet<String> missing = new TreeSet<>();
        final Matcher named = NAMED_TEST.matcher(GuidePage.of("semantics.md").text());
        int count = 0;
        while (named.find()) {
            count++;
            if (!sources.getOrDefault(named.group(1), "").contains("void " + named.group(2) + "(")) {
                missing.add(named.group());
            }
        }

        assertThat(missing).isEmpty();
        assertThat(count).isGreaterThan(80);
    }

    // By their simple names; where two have one name, both together.
    private static Map<String, String> testSources() throws IOException {
        final Map<String, String> sources = new HashMap<>();
        for (final String module : List.of("log", "operators", "streams-dsl", "testkit", "node", "examples")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
                for (final Path file : files.filter(path -> path.toString().endsWith("Test.java"))
                        .toList()) {
                    sources.merge(
                            file.getFileName().toString().replace(".java", ""), Files.readString(file), String::concat);
                }
            }
        }
        return sources;
    }
}
