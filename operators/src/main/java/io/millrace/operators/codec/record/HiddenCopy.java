package io.millrace.operators.codec.record;

import static java.lang.invoke.MethodType.methodType;

import io.millrace.operators.codec.Codec;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;

/**
 * Makes a copy of {@link RecordTaskCodec} for one record class: the same bytes, defined once more as a hidden class that
 * is given the record's layout. It goes when nobody uses it any more.
 */
final class HiddenCopy {
    private static final Lookup LOOKUP = MethodHandles.lookup();
    private static final String CLASS_FILE = RecordTaskCodec.class.getSimpleName() + ".class";

    private HiddenCopy() {}

    /**
     * Makes the codec of a record class.
     *
     * @throws IOException                  if the bytes of the class can not be found.
     * @throws ReflectiveOperationException if the virtual machine does not take them.
     */
    @SuppressWarnings("unchecked")
    static <T extends Record> Codec<T> of(final RecordLayout layout) throws IOException, ReflectiveOperationException {
        final Lookup copy = LOOKUP.defineHiddenClassWithClassData(classFile(), layout, true);
        try {
            return (Codec<T>)
                    (Codec<?>) copy.findConstructor(copy.lookupClass(), methodType(void.class, RecordLayout.class))
                            .invoke(layout);
        } catch (final ReflectiveOperationException | RuntimeException | Error e) {
            throw e;
        } catch (final Throwable e) {
            throw new ReflectiveOperationException(e);
        }
    }

    private static byte[] classFile() throws IOException {
        try (InputStream file = HiddenCopy.class.getResourceAsStream(CLASS_FILE)) {
            if (file == null) {
                throw new IOException("no class file " + CLASS_FILE);
            }
            return file.readAllBytes();
        }
    }
}
