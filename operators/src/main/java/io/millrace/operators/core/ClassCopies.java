package io.millrace.operators.core;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup.ClassOption;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the objects of one operator's position in a plan from copies of their classes, so that the compiler can inline a
 * whole chain.
 *
 * <p><b>The problem.</b> The compiler inlines a call through an interface when it has seen one or two classes behind it,
 * and it counts them for each place in the code. All maps share the code of {@link MapOperator}; in a chain with three maps
 * the call of the next step has three classes behind it, as has the call of the user's function, and each call
 * costs a lookup and keeps nothing in registers.
 *
 * <p><b>The idea.</b> Each position gets its own copy of the code: a hidden class, defined from the bytes of the class
 * itself. A call in a copy has one class behind it, whatever else runs in the process. All tasks of a stage share one
 * {@code ClassCopies} for each position, so the number of copies does not grow with partitions. Copies go away with the last
 * object made from them.
 *
 * <p><b>What a class must be like</b> to be copied:
 *
 * <ul>
 *   <li>It has exactly one public constructor.
 *   <li>Its methods that matter are its own; what it inherits is shared.
 *   <li>It is used by an interface or a superclass. A copy has another type than the original: it is no instance of it,
 *       cannot be handed to a parameter or put into a field of that type, not even within the class, and has static fields
 *       of its own.
 *   <li>It has no inner classes that see the object around them, for the same reason. Static nested ones are fine.
 *   <li>It writes no lambdas itself, and no references to its own methods: JDK 17 looks for their code under a name
 *       that a copy does not have. Lambdas that others hand to it are fine.
 * </ul>
 *
 * <p>Where a copy cannot be made, the class itself is used, which is slower and otherwise the same; {@link #fallbackReason()}
 * says why, and the first reason in a process is logged. Besides the above that is so when the bytes of the class cannot be
 * found, and when its class loader is not this one's. In stack traces a copy shows as the name of its class, a slash and a
 * number.
 *
 * <p>Used by one thread at a time. Defining a copy takes some hundred microseconds, an object from one that is there a few
 * microseconds.
 */
public final class ClassCopies {
    private static final Logger LOGGER = LoggerFactory.getLogger(ClassCopies.class);
    private static final AtomicBoolean HAS_LOGGED = new AtomicBoolean();

    private final Map<Class<?>, Constructor<?>> constructors = new HashMap<>();
    private String fallbackReason;

    /** Creates it with no copy. */
    public ClassCopies() {}

    /**
     * Makes an object from this position's copy of a class.
     *
     * @param <T>       type to use the object by.
     * @param as        that type, an interface or superclass.
     * @param type      class to make the object of; it has one public constructor.
     * @param arguments of the constructor.
     * @return the object; its class is the same for each call with the same type.
     * @throws IllegalArgumentException when the class has no or several public constructors, or the arguments do not fit.
     *                                  What the constructor itself throws comes out as it is.
     */
    public <T> T instantiate(final Class<T> as, final Class<? extends T> type, final Object... arguments) {
        Constructor<?> constructor = constructors.get(type);
        if (constructor == null) {
            constructor = constructor(type);
            constructors.put(type, constructor);
        }
        try {
            return as.cast(constructor.newInstance(arguments));
        } catch (final IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "arguments do not fit the constructor of " + type.getName() + ": it takes "
                            + Arrays.toString(constructor.getParameterTypes()) + ", given "
                            + Arrays.toString(arguments),
                    e);
        } catch (final InvocationTargetException e) {
            throw ClassCopies.<RuntimeException>asIs(e.getCause());
        } catch (final ReflectiveOperationException e) {
            throw new IllegalArgumentException("no objects can be made of " + type.getName() + ": " + e, e);
        }
    }

    /**
     * Tells whether everything so far was made from copies.
     *
     * @return false once a class had to be used itself.
     */
    public boolean isCopying() {
        return fallbackReason == null;
    }

    /**
     * Why a class was used itself.
     *
     * @return the first reason of this position, with the name of the class; null when there is none.
     */
    public String fallbackReason() {
        return fallbackReason;
    }

    private Constructor<?> constructor(final Class<?> type) {
        // On the original first: a mistake here is the caller's, not a reason to do without a copy.
        final Constructor<?> original = onlyConstructor(type);
        try {
            return onlyConstructor(copyOf(type));
        } catch (final IOException
                | IllegalAccessException
                | LinkageError
                | SecurityException
                | UnsupportedOperationException e) {
            fallBack(type, e);
            return original;
        }
    }

    private static Constructor<?> onlyConstructor(final Class<?> type) {
        final Constructor<?>[] all = type.getConstructors();
        if (all.length != 1) {
            throw new IllegalArgumentException(
                    "a class to be copied must have one public constructor, " + type.getName() + " has " + all.length);
        }
        // The class itself may be package-private.
        all[0].trySetAccessible();
        return all[0];
    }

    /** Defines a copy, linked and initialised, so that a class that does not bear it is known at once. */
    static Class<?> copyOf(final Class<?> type) throws IOException, IllegalAccessException {
        final ClassFile file = ClassFile.of(type);
        if (file.refersToOwnMethods()) {
            throw new UnsupportedOperationException("it has lambdas or references to methods of its own");
        }
        // As a nest mate it may use private members of the classes that its source is nested with.
        return MethodHandles.privateLookupIn(type, MethodHandles.lookup())
                .defineHiddenClass(file.bytes(), true, ClassOption.NESTMATE)
                .lookupClass();
    }

    private void fallBack(final Class<?> type, final Throwable cause) {
        final String reason = type.getName() + " was not copied: " + firstLine(cause);
        if (fallbackReason == null) {
            fallbackReason = reason;
        }
        if (HAS_LOGGED.compareAndSet(false, true)) {
            LOGGER.info("operators share the code of their class, which is slower: {}", reason);
        }
    }

    private static String firstLine(final Throwable cause) {
        final String text = cause.toString();
        final int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }

    /** Throws a checked exception where none is declared, which is what a caller of {@code new} would see. */
    @SuppressWarnings("unchecked")
    private static <E extends Throwable> RuntimeException asIs(final Throwable cause) throws E {
        throw (E) cause;
    }
}
