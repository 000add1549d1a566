package io.millrace.testkit;

import io.millrace.log.LogStore;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests what they ask for as a parameter, and takes it back after each:
 *
 * <ul>
 *   <li>{@link TestDrivers}, which makes drivers; the test fails if one of them leaks state memory;
 *   <li>{@link LogStore}, a new one in a temporary directory, whose log times come from
 *   <li>{@link VirtualClock}, which is the same for all parameters of a test.
 * </ul>
 */
public final class MillraceExtension implements ParameterResolver, AfterEachCallback {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(MillraceExtension.class);
    private static final List<Class<?>> TYPES = List.of(TestDrivers.class, LogStore.class, VirtualClock.class);
    private static final int SEGMENT_LENGTH = 256 * 1024;

    /** Called by JUnit. */
    public MillraceExtension() {}

    @Override
    public boolean supportsParameter(final ParameterContext parameter, final ExtensionContext context) {
        return TYPES.contains(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(final ParameterContext parameter, final ExtensionContext context) {
        final ExtensionContext.Store store = store(context);
        final Class<?> type = parameter.getParameter().getType();
        if (type == TestDrivers.class) {
            return store.getOrComputeIfAbsent(TestDrivers.class, key -> new TestDrivers(), TestDrivers.class);
        }
        final VirtualClock clock =
                store.getOrComputeIfAbsent(VirtualClock.class, key -> new VirtualClock(), VirtualClock.class);
        return type == VirtualClock.class
                ? clock
                : store.getOrComputeIfAbsent(
                                TestStore.class, key -> TestStore.create(clock, SEGMENT_LENGTH), TestStore.class)
                        .log();
    }

    @Override
    public void afterEach(final ExtensionContext context) {
        final ExtensionContext.Store store = store(context);
        final TestStore log = store.remove(TestStore.class, TestStore.class);
        final TestDrivers drivers = store.remove(TestDrivers.class, TestDrivers.class);
        try {
            if (drivers != null) {
                drivers.close();
            }
        } finally {
            if (log != null) {
                log.close();
            }
        }
    }

    private static ExtensionContext.Store store(final ExtensionContext context) {
        return context.getStore(NAMESPACE);
    }
}
