package io.millrace.torture.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The checker shares no class with what it checks: its class files name none but its own and those of the JDK. */
class IndependenceTest {
    private static final String OWN = "io/millrace/torture/check/";
    private static final Pattern CLASS_NAME = Pattern.compile("(?:[a-zA-Z_$][\\w$]*/)+[a-zA-Z_$][\\w$]*");
    private static final int UTF8 = 1;

    @Test
    void shouldUseNothingButItselfAndTheJdk() throws IOException, URISyntaxException {
        final List<Path> classes = classes(Checker.class);

        assertThat(classes).hasSizeGreaterThan(20);
        assertThat(foreignIn(classes)).isEmpty();
    }

    @Test
    void shouldNoticeAClassOfSomebodyElse() throws IOException, URISyntaxException {
        assertThat(foreignIn(classes(IndependenceTest.class)))
                .contains("IndependenceTest.class names org/assertj/core/api/Assertions");
    }

    /** All class files of the package beside one of it. */
    private static List<Path> classes(final Class<?> one) throws IOException, URISyntaxException {
        final Path root =
                Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (Stream<Path> files = Files.list(root.resolve(OWN))) {
            return files.filter(file -> file.toString().endsWith(".class"))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> foreignIn(final List<Path> classes) throws IOException {
        final List<String> foreign = new ArrayList<>();
        for (final Path file : classes) {
            for (final String constant : constants(file)) {
                final Matcher names = CLASS_NAME.matcher(constant);
                while (names.find()) {
                    if (isForeign(names.group())) {
                        foreign.add(file.getFileName() + " names " + name(names.group()));
                    }
                }
            }
        }
        return foreign;
    }

    // A class stands in a descriptor behind an L.
    private static String name(final String found) {
        return found.startsWith("L") ? found.substring(1) : found;
    }

    // Paths of resources and texts with a slash look like names, but no class loader knows them.
    private static boolean isForeign(final String found) {
        final String name = name(found);
        return !name.startsWith("java/")
                && !name.startsWith(OWN)
                && IndependenceTest.class.getClassLoader().getResource(name + ".class") != null;
    }

    /** All texts of a class file: names of classes, descriptors, signatures. */
    private static List<String> constants(final Path file) throws IOException {
        final List<String> texts = new ArrayList<>();
        try (InputStream in = Files.newInputStream(file);
                DataInputStream data = new DataInputStream(in)) {
            data.skipNBytes(8);
            final int count = data.readUnsignedShort();
            for (int i = 1; i < count; i++) {
                final int tag = data.readUnsignedByte();
                switch (tag) {
                    case UTF8 -> texts.add(data.readUTF());
                    case 3, 4, 9, 10, 11, 12, 17, 18 -> data.skipNBytes(4);
                    case 5, 6 -> {
                        data.skipNBytes(8);
                        i++;
                    }
                    case 7, 8, 16, 19, 20 -> data.skipNBytes(2);
                    case 15 -> data.skipNBytes(3);
                    default -> throw new IOException("constant of an unknown kind " + tag + " in " + file);
                }
            }
        }
        return texts;
    }
}
