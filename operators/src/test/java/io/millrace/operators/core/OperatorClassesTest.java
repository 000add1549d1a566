package io.millrace.operators.core;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** All operators of this module bear to be copied, or chains with them would be slow. */
class OperatorClassesTest {
    @TestFactory
    Stream<DynamicTest> shouldBearToBeCopied() throws Exception {
        final List<? extends Class<?>> operators = operators();

        assertTrue(operators.contains(MapOperator.class), operators.toString());
        return operators.stream()
                .map(type -> DynamicTest.dynamicTest(
                        type.getSimpleName(), () -> assertDoesNotThrow(() -> ClassCopies.copyOf(type))));
    }

    private static List<? extends Class<?>> operators() throws Exception {
        final Path root = Path.of(Operator.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (Stream<Path> files = Files.walk(root)) {
            return files.map(file -> root.relativize(file).toString())
                    .filter(file -> file.endsWith(".class"))
                    .map(OperatorClassesTest::load)
                    .filter(type -> Operator.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers()))
                    .toList();
        } catch (final IOException e) {
            throw new IllegalStateException("cannot list the classes in " + root, e);
        }
    }

    private static Class<?> load(final String file) {
        try {
            final String name = file.substring(0, file.length() - ".class".length());
            return Class.forName(name.replace('/', '.').replace('\\', '.'));
        } catch (final ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
