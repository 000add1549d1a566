package io.millrace.operators.codec;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** The bytes of one lent value, behind a buffer that answers until they are taken back. */
final class GuardedBytes implements InvocationHandler {
    private static final byte POISON = (byte) 0xDD;

    private final byte[] bytes;
    private final UnsafeBuffer buffer;
    private String valueType = "value";

    // Null as long as the value is lent.
    private String takenBack;

    GuardedBytes(final DirectBuffer source, final int offset, final int length) {
        bytes = new byte[length];
        source.getBytes(offset, bytes);
        buffer = new UnsafeBuffer(bytes);
    }

    DirectBuffer guardedBuffer() {
        return (DirectBuffer)
                Proxy.newProxyInstance(WholeMessage.class.getClassLoader(), new Class<?>[] {WholeMessage.class}, this);
    }

    void lendAs(final String type) {
        valueType = type;
    }

    void release(final String topic, final int partition, final long position) {
        Arrays.fill(bytes, POISON);
        takenBack = "a borrowed " + valueType + " of topic=" + topic + " partition=" + partition + " position="
                + position + " was used after its call had ended; copy what you keep";
    }

    @Override
    public Object invoke(final Object proxy, final Method method, final Object[] arguments) throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return ofObject(proxy, method.getName(), arguments);
        }
        if (takenBack != null) {
            throw new IllegalStateException(takenBack);
        }
        try {
            return method.invoke(buffer, arguments);
        } catch (final InvocationTargetException e) {
            throw e.getCause();
        }
    }

    // Two flyweights compare their buffers by identity, and a debugger prints them: neither reads the value.
    private Object ofObject(final Object proxy, final String name, final Object[] arguments) {
        return switch (name) {
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> takenBack == null ? "bytes of a borrowed " + valueType : takenBack;
        };
    }
}
