package io.millrace.log;

import io.millrace.log.storage.FileStorage;
import io.millrace.log.storage.MappedFile;
import io.millrace.log.storage.Storage;
import io.millrace.log.storage.StorageFile;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;

/** The real disk, after a start of the machine that only the test believes in. */
final class RebootedStorage {
    private RebootedStorage() {}

    /**
     * Makes the disk of one run of the machine.
     *
     * @param boot   which run it is, not negative; each has its own boot id.
     * @param forces false for a disk that says that it forces, and does not.
     */
    static Storage of(final int boot, final boolean forces) {
        final byte[] bootId = ByteBuffer.allocate(16).putInt(0, boot + 1).array();
        final FileStorage disk = new FileStorage();
        return proxy(Storage.class, (ignored, method, arguments) -> {
            if (method.getName().equals("bootId")) {
                return bootId.clone();
            }
            if (!forces && method.getName().equals("forceDirectory")) {
                return null;
            }
            final Object result = invoke(disk, method, arguments);
            return forces ? result : lazy(result);
        });
    }

    private static Object lazy(final Object opened) {
        if (opened instanceof StorageFile) {
            return proxy(StorageFile.class, withoutForce(opened));
        }
        return opened instanceof MappedFile ? proxy(MappedFile.class, withoutForce(opened)) : opened;
    }

    private static InvocationHandler withoutForce(final Object target) {
        return (ignored, method, arguments) ->
                method.getName().equals("force") ? null : invoke(target, method, arguments);
    }

    private static Object invoke(final Object target, final Method method, final Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (final InvocationTargetException ex) {
            throw ex.getCause();
        }
    }

    private static <T> T proxy(final Class<T> type, final InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
