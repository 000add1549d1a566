package io.millrace.operators.codec.record;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.reflect.Method;

/** Finds the static methods that write, measure and read values. */
final class Handles {
    private Handles() {}

    /**
     * Finds a method by its name, which only one in its class has, and binds its first parameters. What is bound is a
     * constant to the compiler, as the fields of an object would not be.
     */
    static MethodHandle find(final Lookup ofOwner, final String name, final Object... bound) {
        for (final Method method : ofOwner.lookupClass().getDeclaredMethods()) {
            if (method.getName().equals(name)) {
                try {
                    return MethodHandles.insertArguments(ofOwner.unreflect(method), 0, bound);
                } catch (final IllegalAccessException e) {
                    throw new AssertionError(e);
                }
            }
        }
        throw new AssertionError("no method " + name + " in " + ofOwner.lookupClass());
    }
}
