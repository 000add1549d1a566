package io.millrace.operators.core;

import java.lang.reflect.InvocationTargetException;

/** Copies. */
public final class ClassCopies {
    /** Creates it. */
    public ClassCopies() {}

    /**
     * Makes.
     *
     * @param <T> type.
     * @param as type.
     * @param type class.
     * @param args arguments.
     * @return object.
     */
    public <T> T instantiate(final Class<T> as, final Class<? extends T> type, final Object... args) {
        try {
            return as.cast(type.getConstructors()[0].newInstance(args));
        } catch (final InvocationTargetException e) {
            throw e.getCause() instanceof RuntimeException r ? r : new IllegalStateException(e);
        } catch (final ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
