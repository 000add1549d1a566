package io.millrace.streams;

import io.millrace.log.storage.FileStorage;
import io.millrace.log.storage.NoSpaceException;
import io.millrace.log.storage.Storage;
import io.millrace.log.storage.StorageFile;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;

/** The real disk, which has no space for files of one sort while a test says so. */
final class FullDisk {
    private final FileStorage disk = new FileStorage();
    private volatile String full;

    /** Has no space for files whose path contains a text; null for space again. */
    void fillFor(final String partOfPath) {
        full = partOfPath;
    }

    Storage storage() {
        return proxy(Storage.class, (ignored, method, arguments) -> {
            final Object result = invoke(disk, method, arguments);
            return result instanceof StorageFile file ? guarded((Path) arguments[0], file) : result;
        });
    }

    private StorageFile guarded(final Path path, final StorageFile file) {
        return proxy(StorageFile.class, (ignored, method, arguments) -> {
            final String part = full;
            if (part != null
                    && method.getName().equals("write")
                    && path.toString().contains(part)) {
                throw new NoSpaceException("no space left for " + path, null);
            }
            return invoke(file, method, arguments);
        });
    }

    private static Object invoke(final Object target, final Method method, final Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (final InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static <T> T proxy(final Class<T> type, final InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
