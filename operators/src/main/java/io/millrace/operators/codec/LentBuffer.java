package io.millrace.operators.codec;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.agrona.DirectBuffer;

/** A buffer that another one stands behind for as long as a loan holds. */
final class LentBuffer implements InvocationHandler {
    private final Loan loan;
    private final DirectBuffer buffer;
    private String type;

    LentBuffer(final Loan loan, final DirectBuffer buffer, final String type) {
        this.loan = loan;
        this.buffer = buffer;
        this.type = type;
    }

    /** Makes what is lent; the interface has no methods that the buffer behind it lacks. */
    DirectBuffer proxy(final Class<? extends DirectBuffer> face) {
        return (DirectBuffer) Proxy.newProxyInstance(LentBuffer.class.getClassLoader(), new Class<?>[] {face}, this);
    }

    void lendAs(final String newType) {
        type = newType;
    }

    @Override
    public Object invoke(final Object proxy, final Method method, final Object[] arguments) throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return ofObject(proxy, method.getName(), arguments);
        }
        loan.check(type);
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
            default -> loan.describe(type);
        };
    }
}
