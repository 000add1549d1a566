package io.millrace.operators.output;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import org.agrona.MutableDirectBuffer;

/**
 * Tells from a class that the SBE generator wrote whether all its messages have the same length.
 *
 * <p>The generator leaves two marks where they do not: a nested class {@code LegsEncoder} for a group {@code legs}, and a
 * static method {@code noteHeaderLength()} for variable data {@code note}. A fixed field can bear a name that looks like
 * the second mark; its message then counts as one of variable length, which is slower and never wrong.
 */
final class GeneratedEncoder {
    private static final String GROUP_MARK = "Encoder";
    private static final String VARIABLE_DATA_MARK = "HeaderLength";

    private GeneratedEncoder() {}

    static boolean isOfFixedLength(final Class<?> encoder) {
        return isGenerated(encoder) && !hasGroup(encoder) && !hasVariableData(encoder);
    }

    // What people write by hand need not leave the marks.
    private static boolean isGenerated(final Class<?> encoder) {
        boolean wrapsWithHeader = false;
        for (final Method method : encoder.getMethods()) {
            wrapsWithHeader |= method.getName().equals("wrapAndApplyHeader")
                    && method.getParameterCount() == 3
                    && method.getParameterTypes()[0] == MutableDirectBuffer.class;
        }
        return wrapsWithHeader;
    }

    private static boolean hasGroup(final Class<?> encoder) {
        for (final Class<?> nested : encoder.getDeclaredClasses()) {
            if (nested.getSimpleName().endsWith(GROUP_MARK)) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasVariableData(final Class<?> encoder) {
        for (final Method method : encoder.getMethods()) {
            if (Modifier.isStatic(method.getModifiers())
                    && method.getParameterCount() == 0
                    && method.getName().endsWith(VARIABLE_DATA_MARK)) {
                return true;
            }
        }
        return false;
    }
}
